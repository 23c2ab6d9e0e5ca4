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
