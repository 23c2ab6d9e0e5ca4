// Package listen opens listening sockets, on TCP or as Unix sockets, with errors
// that suggest a remedy, and limits how many connections they have open.
package listen

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"syscall"
)

// Listen listens on addr: "HOST:PORT", or "unix:/path" for a Unix socket. It
// replaces a socket file that a dead process left, but not one in use. flag is the
// flag that an error suggests for another address; empty means no suggestion.
func Listen(addr, flag string) (net.Listener, error) {
	path, unix := strings.CutPrefix(addr, "unix:")
	if !unix {
		l, err := net.Listen("tcp", addr)
		return l, explain(addr, flag, err)
	}
	if path == "" { // Linux would invent a name, which no client knows
		return nil, explain(addr, flag, errors.New("the path of the socket is missing, as in unix:/run/ads.sock"))
	}
	l, err := net.Listen("unix", path)
	if errors.Is(err, syscall.EADDRINUSE) && stale(path) {
		if err := os.Remove(path); err != nil {
			return nil, fmt.Errorf("listen on %s: a dead process left the socket, and it cannot be removed: %w", addr, err)
		}
		l, err = net.Listen("unix", path)
	}
	return l, explain(addr, flag, err)
}

// stale reports whether path is a socket file without a listening process.
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

func explain(addr, flag string, err error) error {
	taken, choose := "", ""
	if flag != "" {
		choose = "; choose another address with " + flag
		taken = "; end it, or choose another address with " + flag
	}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("listen on %s: another program listens there%s: %w", addr, taken, err)
	case errors.Is(err, syscall.EINVAL) && strings.HasPrefix(addr, "unix:"):
		return fmt.Errorf("listen on %s: the path of a Unix socket has at most 107 bytes%s: %w", addr, choose, err)
	case errors.Is(err, syscall.EACCES):
		return fmt.Errorf("listen on %s: not allowed (ports below 1024 are for root)%s: %w", addr, choose, err)
	}
	return fmt.Errorf("listen on %s: %w", addr, err)
}
