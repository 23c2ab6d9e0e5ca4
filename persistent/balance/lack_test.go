package balance

import (
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"syscall"
	"testing"
	"time"
)

// An instance is not taken for down, and the client gets a 503, if the balancer itself has too
// few descriptors or ports.
func TestALackOfTheBalancerIsNoFaultOfTheInstance(t *testing.T) {
	for name, c := range map[string]struct {
		call   string
		errno  syscall.Errno
		down   bool
		status int
	}{
		"no descriptors":      {"socket", syscall.EMFILE, false, http.StatusServiceUnavailable},
		"none in the system":  {"socket", syscall.ENFILE, false, http.StatusServiceUnavailable},
		"no ports":            {"connect", syscall.EADDRNOTAVAIL, false, http.StatusServiceUnavailable},
		"connection refused":  {"connect", syscall.ECONNREFUSED, true, http.StatusBadGateway},
		"no socket at a path": {"connect", syscall.ENOENT, true, http.StatusBadGateway},
		"network unreachable": {"connect", syscall.ENETUNREACH, true, http.StatusBadGateway},
	} {
		t.Run(name, func(t *testing.T) {
			b, err := New([]string{"127.0.0.1:1"}, Options{})
			if err != nil {
				t.Fatal(err)
			}
			failed := &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError(c.call, c.errno)}
			b.note(b.instances[0], failed, isUnreached(failed))
			if down := !b.instances[0].up(time.Now()); down != c.down {
				t.Errorf("the instance is down: %v", down)
			}
			w := httptest.NewRecorder()
			b.fail(w, httptest.NewRequest("GET", "/", nil), failed)
			if w.Code != c.status {
				t.Errorf("answered %d %q", w.Code, w.Body)
			}
		})
	}
}

// A balancer that takes over knows which instances are down before its first request: none
// waits for them.
func TestCheck(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	b, err := New([]string{"127.0.0.1:1", l.Addr().String(), "unix:/nonexistent"}, Options{RetryAfter: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	b.Check(t.Context())
	for n, want := range []bool{false, true, false} {
		if up := b.instances[n].up(time.Now()); up != want {
			t.Errorf("instance %d is up: %v", n, up)
		}
	}
	for range 9 {
		if i := b.pick(make([]bool, 3)); i != b.instances[1] {
			t.Errorf("a request goes to %s, which is down", i.addr)
		}
	}
}
