package persistent_test

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/classibench/classibench/persistent"
)

// leave leaves a socket file at path, as a killed process does.
func leave(t *testing.T, path string) {
	t.Helper()
	l, err := net.ListenUnix("unix", &net.UnixAddr{Net: "unix", Name: path})
	if err != nil {
		t.Fatal(err)
	}
	l.SetUnlinkOnClose(false)
	l.Close()
}

func TestListenReplacesStaleSocket(t *testing.T) {
	path := filepath.Join(t.TempDir(), "socket")
	leave(t, path)
	l, err := persistent.Listen("unix:" + path)
	if err != nil {
		t.Fatal(err)
	}
	if c, err := net.Dial("unix", path); err != nil {
		t.Error(err)
	} else {
		c.Close()
	}
	l.Close()
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("the socket file is still there: %v", err)
	}
}

func TestListenRefuses(t *testing.T) {
	dir := t.TempDir()
	tcp, err := persistent.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer tcp.Close()
	unix, err := persistent.Listen("unix:" + filepath.Join(dir, "live"))
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, []byte("dear"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, addr, want string }{
		{"a port in use", tcp.Addr().String(), "another program listens there; end it, or choose another address with -listen"},
		{"a live socket", "unix:" + filepath.Join(dir, "live"), "another program listens there"},
		{"a file that is no socket", "unix:" + file, "another program listens there"},
		{"no such directory", "unix:" + filepath.Join(dir, "none", "socket"), "no such file or directory"},
		{"a path that is too long", "unix:" + filepath.Join(dir, strings.Repeat("long", 40)), "at most 107 bytes; choose another address with -listen: listen unix"},
		{"no path", "unix:", "the path of the socket is missing, as in unix:/run/ads.sock"},
		{"no port", "localhost", "missing port"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, err := persistent.Listen(c.addr)
			if err == nil {
				l.Close()
				t.Fatal("Listen succeeded, want an error")
			}
			if !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "listen on "+c.addr) {
				t.Errorf("got the error %q, want one that contains %q", err, c.want)
			}
		})
	}
	if b, err := os.ReadFile(file); string(b) != "dear" {
		t.Errorf("the file has changed: %q (%v)", b, err)
	}
	if _, err := persistent.Listen(tcp.Addr().String()); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("got %v, want an error that wraps EADDRINUSE", err)
	}
}
