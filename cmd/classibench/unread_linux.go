package main

import (
	"io/fs"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// outlastReader puts the null device in place of an output as soon as nobody reads it any more.
// Programs of a gateway write to its standard error themselves: the signal SIGPIPE would end each
// that writes a warning. A named pipe may get another reader, so it stays.
func outlastReader(f *os.File) {
	fd := int(f.Fd())
	name, err := os.Readlink("/proc/self/fd/" + strconv.Itoa(fd))
	if err != nil || !strings.HasPrefix(name, "pipe:") && !strings.HasPrefix(name, "socket:") {
		return
	}
	go func() {
		if awaitNoReader(fd) != nil {
			return
		}
		if null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0); err == nil {
			_ = unix.Dup3(int(null.Fd()), fd, 0) // both are open
			_ = null.Close()
		}
	}()
}

// awaitNoReader returns when the other end of a pipe or of a connection is closed.
func awaitNoReader(fd int) error {
	for {
		end := []unix.PollFd{{Fd: int32(fd)}} // POLLERR and POLLHUP are always reported
		n, err := unix.Poll(end, -1)
		switch {
		case err == unix.EINTR:
		case err != nil:
			return err
		case n > 0 && end[0].Revents&unix.POLLNVAL != 0:
			return fs.ErrClosed
		case n > 0:
			return nil
		}
	}
}
