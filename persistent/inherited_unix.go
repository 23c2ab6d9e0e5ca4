//go:build unix

package persistent

import (
	"errors"
	"syscall"
)

// Inherited reports whether standard input is a listening socket: a FastCGI
// process manager started the program (FastCGI 1.0 §2.2: asking for the peer of
// the socket fails with ENOTCONN).
func Inherited() bool {
	_, err := syscall.Getpeername(syscall.Stdin)
	return errors.Is(err, syscall.ENOTCONN)
}
