//go:build unix

package persistent

import (
	"errors"
	"syscall"
)

// Inherited reports whether standard input is a listening socket: then a FastCGI
// process manager started the program (FastCGI 1.0 §2.2: a request for the socket's
// peer fails with ENOTCONN).
func Inherited() bool {
	_, err := syscall.Getpeername(syscall.Stdin)
	if !errors.Is(err, syscall.ENOTCONN) {
		return false
	}
	// ENOTCONN is not enough: a connection that was reset has no peer either.
	listening, err := syscall.GetsockoptInt(syscall.Stdin, syscall.SOL_SOCKET, syscall.SO_ACCEPTCONN)
	return err != nil || listening != 0
}
