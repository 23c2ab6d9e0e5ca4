package database_test

import (
	"testing"

	"golang.org/x/sys/unix"
)

// pidfd returns a descriptor that becomes readable when a process ends.
func pidfd(pid int) (int, error) { return unix.PidfdOpen(pid, 0) }

// awaitEnd waits for the end of a process, for a minute at most.
func awaitEnd(t *testing.T, fd int) {
	t.Helper()
	poll := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
	for {
		n, err := unix.Poll(poll, 60_000)
		switch {
		case err == unix.EINTR:
		case err != nil || n != 1:
			t.Fatalf("the server still runs after a minute: %d, %v", n, err)
		default:
			return
		}
	}
}
