//go:build unix

package classifiedstest

import (
	"context"
	"log/slog"
	"net"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/classibench/classibench/cgi/host"
	"github.com/classibench/classibench/internal/classifieds"
	"github.com/classibench/classibench/internal/classifieds/store"
)

// Now is the Unix time at which the clocks of all sites stand.
const Now = 1782907200

// Environment returns the variables with which a program serves a data set: a file, or a
// database of PostgreSQL.
func Environment(db string) []string {
	if strings.HasPrefix(db, "postgres:") {
		return []string{"DATABASE_URL=" + db, "CLASSIFIEDS_NOW=" + strconv.Itoa(Now)}
	}
	return []string{"CLASSIFIEDS_DB=" + db, "CLASSIFIEDS_NOW=" + strconv.Itoa(Now)}
}

// Reference serves the Go program on a copy of the data set, and returns its URL.
func Reference(t *testing.T) string {
	t.Helper()
	site := classifieds.New(store.Open, &classifieds.Config{DB: CopyData(t, t.TempDir()), Now: func() time.Time { return time.Unix(Now, 0) },
		Logger: slog.New(slog.NewTextHandler(t.Output(), nil))})
	t.Cleanup(func() { site.Close() })
	s := httptest.NewServer(site)
	t.Cleanup(s.Close)
	return s.URL
}

// RunCGI serves a program through our gateway, and returns its URL.
func RunCGI(t *testing.T, h *host.Handler) string {
	t.Helper()
	h.Logger = slog.New(slog.NewTextHandler(t.Output(), nil))
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

// Run starts a server in a directory, waits until it listens, and returns its URL. It
// ends with the test, with all of its process group; on Linux also if the test is killed.
// The word {addr} in its command, and
// ADDR in its environment, are the address.
func Run(t *testing.T, dir, db string, command ...string) string {
	t.Helper()
	addr := FreeAddress(t)
	for i, word := range command {
		if word == "{addr}" {
			command[i] = addr
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, t.Output(), t.Output()
	cmd.Env = append(os.Environ(), append(Environment(db), "ADDR="+addr, "PWD="+dir)...)
	cmd.SysProcAttr = endsWithTest()
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	cmd.WaitDelay = 5 * time.Second
	exited := make(chan error, 1)
	if err := startFrom(cmd, exited); err != nil {
		cancel()
		t.Fatal(err)
	}
	t.Cleanup(func() { cancel(); <-exited; syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) })
	awaitListener(t, addr, exited)
	return "http://" + addr
}

// startFrom starts a command from a thread that lives until the command ends: the end of the
// thread that started it would look like the end of the test.
func startFrom(cmd *exec.Cmd, exited chan<- error) error {
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			exited <- cmd.Wait()
		}
	}()
	return <-started
}

// FreeAddress returns an address on which nothing listens now.
func FreeAddress(t *testing.T) string {
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

// Needs skips a test if no file of a Debian package matches a pattern, unless skipping is
// forbidden.
func Needs(t *testing.T, pattern, pkg string) {
	t.Helper()
	if found, _ := filepath.Glob(pattern); len(found) > 0 {
		return
	}
	if os.Getenv("CLASSIBENCH_NO_SKIP") == "1" {
		t.Fatalf("install %s", pkg)
	}
	t.Skipf("needs the package %s", pkg)
}
