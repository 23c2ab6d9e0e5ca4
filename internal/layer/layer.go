// Package layer is for connections that stand one above the other: each adds a rule to the
// one below, which it returns from a method NetConn, as *tls.Conn does. What is asked of
// the uppermost reaches the one that can do it.
package layer

import (
	"errors"
	"net"
)

// Find returns the uppermost layer of type T.
func Find[T net.Conn](c net.Conn) (found T, ok bool) {
	for {
		if found, ok = c.(T); ok {
			return found, true
		}
		above, ok := c.(interface{ NetConn() net.Conn })
		if !ok {
			return found, false
		}
		c = above.NetConn()
	}
}

// CloseRead ends the reading side of a connection: errors.ErrUnsupported if it cannot be
// ended apart from the other one.
func CloseRead(c net.Conn) error {
	if half, ok := c.(interface{ CloseRead() error }); ok {
		return half.CloseRead()
	}
	return errors.ErrUnsupported
}

// CloseWrite ends the writing side, as CloseRead does the other.
func CloseWrite(c net.Conn) error {
	if half, ok := c.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return errors.ErrUnsupported
}
