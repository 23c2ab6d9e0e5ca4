package listen

import (
	"errors"
	"fmt"
	"net"
	"os"
)

// Passed returns the listener of a socket that another process passed on: a service
// manager, or a predecessor. It closes f. A file that is no listening stream socket is
// an error, and stays open: if too many descriptors were announced, it may be one that
// this program opened itself. Closing the listener does not remove the file of a Unix
// socket.
func Passed(f *os.File) (net.Listener, error) {
	if err := check(f); err != nil {
		return nil, err
	}
	l, err := net.FileListener(f) // duplicates the descriptor
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("listen on it: %w", err)
	}
	return l, nil
}
