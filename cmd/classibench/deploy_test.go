//go:build linux

package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/classibench/classibench/cgi/host/fastcgi"
	"github.com/classibench/classibench/internal/classifieds/classifiedstest"
	"github.com/classibench/classibench/internal/classifieds/dataset"
)

// unitFile matches a unit of docs/deploy.md.
var unitFile = regexp.MustCompile("(?ms)`([a-z-]+)\\.(socket|service)`:\n\n```ini\n(.*?)^```$")

// A deployed service is one of docs/deploy.md, with its socket.
type deployed struct {
	t               *testing.T
	name            string
	socket, service string // texts
	notify          *net.UnixConn
	running         *exec.Cmd
}

// readUnits reads the units of the guide. Their programs, files and sockets are those of
// the test.
func readUnits(t *testing.T) map[string]*deployed {
	t.Helper()
	b, err := os.ReadFile("../../docs/deploy.md")
	bin, err2 := built()
	dir := t.TempDir()
	db, scripts := filepath.Join(dir, "ads.db"), filepath.Join(dir, "cgi-bin")
	if err := errors.Join(err, err2, dataset.Make(t.Context(), db, dataset.Spec{Ads: 20}, nil), os.Mkdir(scripts, 0o755)); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(scripts, "env.sh"), "#!/bin/sh\necho Content-Type: text/plain; echo; env; ls -l /proc/self/fd\n", 0o755)
	text := strings.NewReplacer("/srv/ads/server", filepath.Join(bin, "classifieds-server"), "/srv/ads/ads.db", db, "/srv/ads/cgi-bin", scripts,
		"/usr/local/bin/classibench", filepath.Join(bin, "classibench"), "/run/ads/fastcgi.sock", filepath.Join(dir, "s")).Replace(string(b))
	units := map[string]*deployed{}
	for _, m := range unitFile.FindAllStringSubmatch(text, -1) {
		u := units[m[1]]
		if u == nil {
			u = &deployed{t: t, name: m[1]}
			units[m[1]] = u
		}
		if m[2] == "socket" {
			u.socket = m[3]
		} else {
			u.service = m[3]
		}
	}
	return units
}

// setting returns the value of a key of a unit file.
func (u *deployed) setting(text, key string) string {
	u.t.Helper()
	m := regexp.MustCompile("(?m)^" + key + "=(.*)$").FindStringSubmatch(text)
	if m == nil {
		u.t.Fatalf("%s has no %s=", u.name, key)
	}
	return m[1]
}

// TestUnits starts the services of docs/deploy.md as systemd does, reloads them, and
// stops them.
func TestUnits(t *testing.T) {
	units := readUnits(t)
	if len(units) != 3 {
		t.Fatalf("docs/deploy.md has %d services, want 3", len(units))
	}
	for name, u := range units {
		t.Run(name, func(t *testing.T) {
			u.t = t
			l := u.listen()
			u.start(l)
			u.expect("READY=1")
			first := u.visit(l.Addr())
			reload := exec.Command("/bin/sh", "-c", u.setting(u.service, "ExecReload"))
			reload.Env = []string{fmt.Sprint("MAINPID=", u.running.Process.Pid)}
			if out, err := reload.CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			u.expect("RELOADING=1\n")
			main, _, _ := strings.Cut(strings.TrimPrefix(u.expect("MAINPID="), "MAINPID="), "\n")
			if second := u.visit(l.Addr()); second != first {
				t.Errorf("got %q before and %q after the reload", first, second)
			}
			pid, err := strconv.Atoi(main)
			if err := errors.Join(err, u.running.Wait()); err != nil {
				t.Errorf("the first process: %v", err)
			}
			if err := syscall.Kill(pid, syscall.SIGTERM); err != nil {
				t.Error(err)
			}
			u.expect("STOPPING=1")
		})
	}
}

// listen opens the socket of the unit, as systemd does.
func (u *deployed) listen() net.Listener {
	u.t.Helper()
	network, addr := "tcp", "127.0.0.1:0"
	if path := u.setting(u.socket, "ListenStream"); path[0] == '/' {
		network, addr = "unix", path
	}
	l, err := net.Listen(network, addr)
	if err != nil {
		u.t.Fatal(err)
	}
	u.t.Cleanup(func() { l.Close() })
	return l
}

// start runs the command of the service.
func (u *deployed) start(l net.Listener) {
	u.t.Helper()
	file, err := l.(interface{ File() (*os.File, error) }).File()
	if err != nil {
		u.t.Fatal(err)
	}
	defer file.Close()
	path := filepath.Join(u.t.TempDir(), "notify")
	if u.notify, err = net.ListenUnixgram("unixgram", &net.UnixAddr{Net: "unixgram", Name: path}); err != nil {
		u.t.Fatal(err)
	}
	u.running = exec.Command("/bin/sh", "-c", "LISTEN_PID=$$ exec "+strings.ReplaceAll(u.setting(u.service, "ExecStart"), "127.0.0.1:9090", "127.0.0.1:0"))
	u.running.Env = append(os.Environ(), "LISTEN_FDS=1", "LISTEN_FDNAMES="+u.name+".socket", "NOTIFY_SOCKET="+path)
	for _, m := range regexp.MustCompile("(?m)^Environment=(.*)$").FindAllStringSubmatch(u.service, -1) {
		u.running.Env = append(u.running.Env, m[1])
	}
	u.running.ExtraFiles = []*os.File{file}
	log, err := os.Create(filepath.Join(u.t.TempDir(), "log"))
	if err != nil {
		u.t.Fatal(err)
	}
	defer log.Close()
	u.running.Stderr = log
	u.running.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := u.running.Start(); err != nil {
		u.t.Fatal(err)
	}
	u.t.Cleanup(func() {
		syscall.Kill(-u.running.Process.Pid, syscall.SIGKILL)
		u.notify.Close()
		if b, err := os.ReadFile(log.Name()); u.t.Failed() {
			u.t.Logf("its log (%v): %s", err, b)
		}
	})
}

// expect returns the next message to the service manager, which must begin with prefix.
func (u *deployed) expect(prefix string) string {
	u.t.Helper()
	u.notify.SetReadDeadline(time.Now().Add(time.Minute))
	b := make([]byte, 4096)
	n, err := u.notify.Read(b)
	if err != nil || !strings.HasPrefix(string(b[:n]), prefix) {
		u.t.Fatalf("the service manager got %q (%v), want %q", b[:n], err, prefix)
	}
	return string(b[:n])
}

// visit sends a request, and returns what must be the same after a reload.
func (u *deployed) visit(addr net.Addr) string {
	u.t.Helper()
	if strings.Contains(u.service, "-fastcgi") {
		h := &fastcgi.Handler{Addr: "unix:" + addr.String()}
		defer h.Wait()
		answer := httptest.NewRecorder()
		h.ServeHTTP(answer, httptest.NewRequest("GET", "/", nil))
		return fmt.Sprint(answer.Code, answer.Body.Len())
	}
	path := "/"
	if strings.Contains(u.service, "--prefix") {
		path = "/cgi-bin/env.sh"
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Get("http://" + addr.String() + path)
	if err != nil {
		u.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	for _, leak := range []string{"LISTEN_FD", "LISTEN_PID", "NOTIFY_SOCKET", "CLASSIBENCH_PREDECESSOR", "socket:"} {
		if strings.Contains(string(b), leak) {
			u.t.Errorf("a program of the gateway has %s:\n%s", leak, b)
		}
	}
	return fmt.Sprint(resp.StatusCode, err)
}

// TestUnitsAreValid has systemd check the units.
func TestUnitsAreValid(t *testing.T) {
	classifiedstest.Needs(t, "/usr/bin/systemd-analyze", "systemd")
	dir := t.TempDir()
	args := []string{"verify", "--man=no"}
	for name, u := range readUnits(t) {
		for kind, text := range map[string]string{"socket": u.socket, "service": u.service} {
			path := filepath.Join(dir, name+"."+kind)
			write(t, path, text, 0o644)
			args = append(args, path)
		}
	}
	cmd := exec.Command("systemd-analyze", args...)
	cmd.Env = append(os.Environ(), "SYSTEMD_UNIT_PATH="+dir+":")
	out, err := cmd.CombinedOutput()
	for line := range strings.Lines(string(out)) {
		if strings.Contains(line, dir) || strings.Contains(line, "ads") {
			t.Error(strings.TrimSpace(line))
		}
	}
	if err != nil {
		t.Errorf("systemd-analyze: %v\n%s", err, out)
	}
}
