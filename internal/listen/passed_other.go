//go:build !unix

package listen

import (
	"errors"
	"os"
)

// check refuses each descriptor: sockets are not passed to processes on this system.
func check(*os.File) error {
	return errors.New("sockets are not passed to processes on this system: leave LISTEN_FDS unset")
}
