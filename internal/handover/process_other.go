//go:build !unix

package handover

import (
	"errors"
	"net"
	"os"
)

// restartSignals is empty: this system has no signal that starts a successor.
var restartSignals []os.Signal

func duplicate(net.Listener) (*os.File, error) {
	return nil, errors.New("sockets are not passed to processes on this system")
}

func closeOnExec(int) {}
