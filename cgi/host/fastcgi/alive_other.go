//go:build !unix

package fastcgi

import "net"

// alive assumes that the connection is open: its first use shows whether it is.
func alive(net.Conn) bool { return true }
