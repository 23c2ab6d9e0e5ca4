package perl_test

import (
	"context"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/classibench/classibench/cgi/host"
	"github.com/classibench/classibench/internal/classifieds/dataset"
	"github.com/classibench/classibench/internal/classifieds/pages"
	"github.com/classibench/classibench/scenarios/perl"
)

// now is the time at which all sites stand.
const now = 1782907200

// A server runs the script on a data set and returns its address.
type server struct {
	name  string
	start func(t *testing.T, dir, db string) string
	brief bool // it gets a quarter of the requests that only read: each starts Perl
}

var servers = []server{
	{"CGI", script, false},
	{"Apache mod_cgi", apache("cgi", ""), true},
	{"Apache mod_cgid", apache("cgid", ""), true},
	{"Apache mod_perl", apache("perl", "libapache2-mod-perl2"), false},
	{"Apache mod_fcgid", apache("fcgid", "libapache2-mod-fcgid"), false},
	{"Starman", starman, false},
}

// unpack puts the program where another user can run it: Apache gives up root.
func unpack(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "classibench-perl-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.CopyFS(dir, perl.Files()); err != nil {
		t.Fatal(err)
	}
	for name, mode := range map[string]fs.FileMode{".": 0o777, "classifieds.cgi": 0o755, "classifieds.fcgi": 0o755} {
		if err := os.Chmod(filepath.Join(dir, name), mode); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "site.css"), pages.Stylesheet, 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

// copyData gives a site a data set of its own, which other users may change.
func copyData(t *testing.T, dir, pristine string) string {
	t.Helper()
	db := filepath.Join(dir, "ads.db")
	if err := dataset.Copy(t.Context(), db, pristine); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(db, 0o666); err != nil {
		t.Fatal(err)
	}
	return db
}

func environment(db string) []string {
	return []string{"CLASSIFIEDS_DB=" + db, "CLASSIFIEDS_NOW=" + strconv.Itoa(now)}
}

func script(t *testing.T, dir, db string) string {
	h := &host.Handler{Path: filepath.Join(dir, "classifieds.cgi"), Env: environment(db), Logger: slog.New(slog.NewTextHandler(t.Output(), nil))}
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

func apache(how, pkg string) func(*testing.T, string, string) string {
	return func(t *testing.T, dir, db string) string {
		needs(t, "/usr/sbin/apache2", "apache2")
		if pkg != "" {
			needs(t, "/usr/lib/apache2/modules/mod_"+how+".so", pkg)
		}
		return run(t, dir, db, "/usr/sbin/apache2", "-d", ".", "-f", "apache.conf", "-DFOREGROUND", "-D", how)
	}
}

func starman(t *testing.T, dir, db string) string {
	needs(t, "/usr/bin/starman", "starman")
	return run(t, dir, db, "starman", "--listen", "{addr}", "classifieds.psgi")
}

// needs skips a test if a file of a Debian package is missing, unless skipping is
// forbidden.
func needs(t *testing.T, file, pkg string) {
	t.Helper()
	if _, err := os.Stat(file); err == nil {
		return
	}
	if os.Getenv("CLASSIBENCH_NO_SKIP") == "1" {
		t.Fatalf("install %s", pkg)
	}
	t.Skipf("needs the package %s", pkg)
}

// run starts a server, waits until it listens, and ends it with the test.
func run(t *testing.T, dir, db string, command ...string) string {
	t.Helper()
	addr := freeAddress(t)
	for i, word := range command {
		if word == "{addr}" {
			command[i] = addr
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, t.Output(), t.Output()
	cmd.Env = append(os.Environ(), append(environment(db), "ADDR="+addr, "PWD="+dir)...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	exited := make(chan error, 1)
	go func() { exited <- cmd.Wait() }()
	t.Cleanup(func() { cancel(); <-exited; syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) })
	awaitListener(t, addr, exited)
	return "http://" + addr
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func awaitListener(t *testing.T, addr string, exited chan error) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		select {
		case err := <-exited:
			exited <- err
			t.Fatalf("the server exited: %v", err)
		default:
		}
		if c, err := net.Dial("tcp", addr); err == nil {
			c.Close()
			return
		}
	}
	t.Fatalf("nothing listens at %s after 30 s", addr)
}

var client = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
