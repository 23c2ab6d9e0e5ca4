package host

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"syscall"
)

// Listen listens on addr: "HOST:PORT", or "unix:/path" for a Unix socket. A
// socket that a dead process left behind is replaced; a live one is not.
func Listen(addr string) (net.Listener, error) {
	path, unix := strings.CutPrefix(addr, "unix:")
	if !unix {
		l, err := net.Listen("tcp", addr)
		return l, explainListen(addr, err)
	}
	l, err := net.Listen("unix", path)
	if errors.Is(err, syscall.EADDRINUSE) && stale(path) {
		if err := os.Remove(path); err != nil {
			return nil, fmt.Errorf("listen on %s: a dead process left the socket, and it cannot be removed: %w", addr, err)
		}
		l, err = net.Listen("unix", path)
	}
	return l, explainListen(addr, err)
}

// stale reports whether path is a socket that nobody listens on.
func stale(path string) bool {
	info, err := os.Stat(path)
	if err != nil || info.Mode()&os.ModeSocket == 0 {
		return false
	}
	c, err := net.Dial("unix", path)
	if err == nil {
		c.Close()
		return false
	}
	return errors.Is(err, syscall.ECONNREFUSED)
}

func explainListen(addr string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("listen on %s: something else listens there: %w", addr, err)
	case errors.Is(err, syscall.EACCES):
		return fmt.Errorf("listen on %s: not allowed (ports below 1024 are for root): %w", addr, err)
	}
	return fmt.Errorf("listen on %s: %w", addr, err)
}
