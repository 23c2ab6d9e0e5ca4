package host

import (
	"net"

	"github.com/classibench/classibench/internal/listen"
)

// Listen listens on addr: "HOST:PORT", or "unix:/path" for a Unix socket. It
// replaces a socket file that a dead process left, but not one in use.
func Listen(addr string) (net.Listener, error) { return listen.Listen(addr, "") }
