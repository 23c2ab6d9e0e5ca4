// Package layer is for connections within others: each adds a rule to the one below.
//
// A layer embeds [Conn], which passes on what net/http and internal/drain need beyond
// net.Conn. [Find] finds a layer within others.
package layer

import (
	"errors"
	"net"
)

// A Conn is the connection below a layer.
type Conn struct{ net.Conn }

// NetConn returns the connection below, as that of *tls.Conn does.
func (c Conn) NetConn() net.Conn { return c.Conn }

// CloseRead ends reading: a server that stops ends its idle connections so, without
// dropping a request that has arrived. The error is errors.ErrUnsupported if the
// connection below cannot end it apart from writing.
func (c Conn) CloseRead() error {
	if half, ok := c.Conn.(interface{ CloseRead() error }); ok {
		return half.CloseRead()
	}
	return errors.ErrUnsupported
}

// CloseWrite ends writing, as CloseRead ends reading. net/http calls it before it closes a
// connection with an unread request, so that the answer is not lost by a reset.
func (c Conn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return errors.ErrUnsupported
}

// Find returns the uppermost layer of type T.
func Find[T net.Conn](c net.Conn) (found T, ok bool) {
	for {
		if found, ok = c.(T); ok {
			return found, true
		}
		layered, ok := c.(interface{ NetConn() net.Conn })
		if !ok {
			return found, false
		}
		c = layered.NetConn()
	}
}
