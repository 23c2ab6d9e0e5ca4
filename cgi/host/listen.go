package host

import (
	"net"

	"github.com/classibench/classibench/internal/listen"
)

// Listen listens on addr: "HOST:PORT", or "unix:/path" for a Unix socket. A
// socket that a dead process left behind is replaced; a live one is not.
func Listen(addr string) (net.Listener, error) { return listen.Listen(addr, "") }
