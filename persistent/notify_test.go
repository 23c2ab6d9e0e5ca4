//go:build unix

package persistent_test

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// notifications listens where a service manager would.
func notifications(t *testing.T) (env string, next func() string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "notify")
	c, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Net: "unixgram", Name: path})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return "NOTIFY_SOCKET=" + path, func() string {
		b := make([]byte, 4096)
		n, err := c.Read(b)
		if err != nil {
			t.Fatal(err)
		}
		return string(b[:n])
	}
}

// TestNotify checks what a service manager learns: from the main process only.
func TestNotify(t *testing.T) {
	env, next := notifications(t)
	broken := filepath.Join(t.TempDir(), "broken")
	p := launch(t, broken, nil, []string{env}, "-listen", "127.0.0.1:0")
	want := func(prefix string) {
		t.Helper()
		if got := next(); !strings.HasPrefix(got, prefix) {
			t.Errorf("the service manager got %q, want %q", got, prefix)
		}
	}
	want("READY=1")
	if err := os.WriteFile(broken, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	p.Process.Signal(syscall.SIGUSR2)
	want("RELOADING=1\nMONOTONIC_USEC=")
	want("READY=1\nSTATUS=restart failed: the successor")
	if err := os.Remove(broken); err != nil {
		t.Fatal(err)
	}
	second := p.succeed(p.Process.Pid)
	want("RELOADING=1\nMONOTONIC_USEC=")
	want(fmt.Sprintf("MAINPID=%d\nREADY=1", second))
	syscall.Kill(second, syscall.SIGTERM)
	want("STOPPING=1")
	p.wait()
}
