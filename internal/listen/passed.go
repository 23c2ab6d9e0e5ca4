package listen

import (
	"errors"
	"fmt"
	"net"
	"os"
)

// Passed returns the listener of a socket that another process passed on: a service
// manager, or a predecessor. It closes f. A file that is no listening stream socket
// is an error. Closing the listener does not remove the file of a Unix socket.
func Passed(f *os.File) (net.Listener, error) {
	err := check(f)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	l, err := net.FileListener(f) // duplicates the descriptor
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("listen on it: %w", err)
	}
	return l, nil
}
