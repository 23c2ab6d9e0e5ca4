//go:build unix

package persistent_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/classibench/classibench/persistent"
)

// The test binary is also the server: with this variable set it serves instead of
// running tests.
const roleKey = "PERSISTENT_TEST_ROLE"

func TestMain(m *testing.M) {
	if role := os.Getenv(roleKey); role != "" {
		serve := persistent.Serve
		if role == "fastcgi" {
			serve = persistent.ServeFastCGI
		}
		if err := serve(starter(role)); err != nil {
			fmt.Fprintln(os.Stderr, "server:", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// A starter is a handler with a Start method that fails if it is "broken", or if the
// file exists that it names. If the name ends in "hangs", it does not return then.
type starter string

func (s starter) Start() error {
	fmt.Fprintln(os.Stderr, "starting")
	_, err := os.Stat(string(s))
	if strings.HasSuffix(string(s), "hangs") && err == nil {
		fmt.Fprintln(os.Stderr, "hanging")
		time.Sleep(time.Hour)
	}
	if s == "broken" || err == nil {
		return errors.New("nothing to serve")
	}
	return nil
}

func (s starter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/slow":
		fmt.Fprintln(os.Stderr, "slowly")
		time.Sleep(time.Hour)
	case "/held": // until the test has written to the pipe that the query names
		fmt.Fprintln(os.Stderr, "held")
		os.ReadFile(r.URL.RawQuery)
	case "/child":
		out, err := exec.Command("/bin/sh", "-c", "env; ls -l /proc/self/fd").Output()
		fmt.Fprintf(w, "%s %v", out, err)
		return
	}
	io.WriteString(w, "pid "+fmt.Sprint(os.Getpid()))
}

// A process is a server in a child process.
type process struct {
	*exec.Cmd
	t      *testing.T
	out    io.Closer // of its standard error
	stderr *bufio.Reader
}

func launch(t *testing.T, role string, stdin *os.File, env []string, args ...string) *process {
	t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	if stdin != nil {
		cmd.Stdin = stdin
	}
	return launchProgram(t, cmd, append(env, roleKey+"="+role))
}

func launchProgram(t *testing.T, cmd *exec.Cmd, env []string) *process {
	t.Helper()
	cmd.Env = append(os.Environ(), env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // its successors too
	out, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	kill := func() { syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	limit := time.AfterFunc(time.Minute, func() { t.Error("the server is still running after a minute"); kill() })
	t.Cleanup(func() { limit.Stop(); kill(); cmd.Wait() })
	return &process{cmd, t, out, bufio.NewReader(out)}
}

// await reads the process's standard error up to a line that matches, and returns
// the submatches.
func (p *process) await(pattern string) []string {
	p.t.Helper()
	want := regexp.MustCompile(pattern)
	var all strings.Builder
	for {
		line, err := p.stderr.ReadString('\n')
		all.WriteString(line)
		if found := want.FindStringSubmatch(line); found != nil {
			return found
		}
		if err != nil {
			p.t.Fatalf("standard error has no line that matches %q:\n%s", pattern, all.String())
		}
	}
}

// wait waits for the process and returns its exit code, -1 after a signal.
func (p *process) wait() int {
	p.t.Helper()
	io.Copy(io.Discard, p.stderr)
	p.Wait()
	return p.ProcessState.ExitCode()
}

const listening = `msg=listening addr=(\S+) fastcgi=(\w+)`

func TestServeProcess(t *testing.T) {
	for _, c := range []struct {
		name string
		role string
		env  []string
		args []string
		fast string
	}{
		{"flags", "plain", nil, []string{"-listen", "127.0.0.1:0", "-access-log"}, "false"},
		{"environment", "plain", []string{"CLASSIBENCH_LISTEN=127.0.0.1:0", "CLASSIBENCH_FASTCGI=1"}, nil, "true"},
		{"flags win", "plain", []string{"CLASSIBENCH_LISTEN=256.0.0.1:0", "CLASSIBENCH_FASTCGI=1"}, []string{"-listen", "127.0.0.1:0", "-fastcgi=false"}, "false"},
		{"ServeFastCGI", "fastcgi", nil, []string{"-listen", "127.0.0.1:0"}, "true"},
		{"flags win over ServeFastCGI", "fastcgi", nil, []string{"-listen", "127.0.0.1:0", "-fastcgi=false"}, "false"},
		{"so does the environment", "fastcgi", []string{"CLASSIBENCH_LISTEN=127.0.0.1:0", "CLASSIBENCH_FASTCGI=0"}, nil, "false"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := launch(t, c.role, nil, c.env, c.args...)
			p.await("starting")
			found := p.await(listening)
			if found[2] != c.fast {
				t.Errorf("the log reports fastcgi=%s, want %s", found[2], c.fast)
			}
			addr, err := net.ResolveTCPAddr("tcp", found[1])
			if err != nil {
				t.Fatal(err)
			}
			get := httpGetter(t, addr)
			if c.fast == "true" {
				get = dialFast(t, addr).get
			}
			if _, body, err := get("/"); body != fmt.Sprint("pid ", p.Process.Pid) {
				t.Errorf("got the answer %q (%v)", body, err)
			}
			p.Process.Signal(syscall.SIGTERM)
			if code := p.wait(); code != 0 {
				t.Errorf("exit code %d after SIGTERM, want 0", code)
			}
		})
	}
}

// TestUnreadLog serves, and stops in order, although nobody reads the log any more.
func TestUnreadLog(t *testing.T) {
	p := launch(t, "plain", nil, nil, "-listen", "127.0.0.1:0", "-access-log")
	addr, err := net.ResolveTCPAddr("tcp", p.await(listening)[1])
	if err != nil {
		t.Fatal(err)
	}
	p.out.Close()
	get := httpGetter(t, addr)
	for range 3 { // each is logged
		if status, _, err := get("/"); status != 200 || err != nil {
			t.Fatalf("got status %d (%v)", status, err)
		}
	}
	p.Process.Signal(syscall.SIGTERM)
	if code := p.wait(); code != 0 {
		t.Errorf("exit code %d, want 0", code)
	}
}

// TestHangup stops a server as SIGTERM does when its terminal is closed. The tests may run under nohup:
// a program that is started while this one has a handler does not ignore the signal.
func TestHangup(t *testing.T) {
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	defer signal.Stop(hangups)
	p := launch(t, "plain", nil, nil, "-listen", "127.0.0.1:0")
	p.await(listening)
	p.Process.Signal(syscall.SIGHUP)
	p.await("msg=stopped")
	if code := p.wait(); code != 0 {
		t.Errorf("exit code %d after SIGHUP, want 0", code)
	}
}

func TestServeProcessRefuses(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for _, c := range []struct {
		name, role string
		args       []string
		want       string
		code       int
	}{
		{"a stray argument", "plain", []string{"serve"}, `server: unexpected argument "serve": this program takes only flags`, 1},
		{"an unknown flag", "plain", []string{"-port", "80"}, "flag provided but not defined: -port", 2},
		{"no grace", "plain", []string{"-grace", "0s"}, "server: -grace 0s: not a time for requests in flight", 1},
		{"an admin address that others reach", "plain", []string{"-listen", "127.0.0.1:0", "-admin", "0.0.0.0:0"}, "server: admin address .*: other machines could reach it", 1},
		{"a PID file that is no file", "plain", []string{"-listen", "127.0.0.1:0", "-pidfile", "/"}, "server: write the PID file /: it is there, and it is no file", 1},
		{"a PID file that cannot be written", "plain", []string{"-listen", "127.0.0.1:0", "-pidfile", "/nonexistent/pid"}, "server: write the PID file /nonexistent/pid: ", 1},
		{"a port in use", "plain", []string{"-listen", taken.Addr().String()}, "server: listen on .*another program listens there", 1},
		{"a handler that does not start", "broken", []string{"-listen", "127.0.0.1:0"}, "server: nothing to serve", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := launch(t, c.role, nil, nil, c.args...)
			p.await(c.want)
			if code := p.wait(); code != c.code {
				t.Errorf("exit code %d, want %d", code, c.code)
			}
		})
	}
}

// TestSecondSignal ends a server while it waits for a request that never ends.
func TestSecondSignal(t *testing.T) {
	p := launch(t, "plain", nil, nil, "-listen", "127.0.0.1:0")
	addr, err := net.ResolveTCPAddr("tcp", p.await(listening)[1])
	if err != nil {
		t.Fatal(err)
	}
	go httpGetter(t, addr)("/slow")
	p.await("slowly")
	p.Process.Signal(os.Interrupt)
	p.await("stopping: finishing requests in flight")
	ended := make(chan bool)
	go func() {
		for {
			select {
			case <-ended:
				return
			case <-time.After(5 * time.Millisecond):
				p.Process.Signal(os.Interrupt)
			}
		}
	}()
	defer close(ended)
	if code := p.wait(); code != -1 {
		t.Errorf("exit code %d, want -1: the signal must end it", code)
	}
}

// TestInherited starts a server as a FastCGI process manager does.
func TestInherited(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	file, err := l.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	p := launch(t, "plain", file, nil)
	if found := p.await(listening); found[2] != "true" {
		t.Errorf("the log does not report fastcgi=true: %q", found[0])
	}
	if _, body, _ := dialFast(t, l.Addr()).get("/"); body != fmt.Sprint("pid ", p.Process.Pid) {
		t.Errorf("got the answer %q", body)
	}
	p.Process.Signal(syscall.SIGTERM)
	if code := p.wait(); code != 0 {
		t.Errorf("exit code %d after SIGTERM, want 0", code)
	}
}
