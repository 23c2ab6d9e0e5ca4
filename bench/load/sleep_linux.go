package load

import (
	"errors"
	"time"

	"golang.org/x/sys/unix"
)

// sleep blocks the thread. Timers of the Go runtime wake an idle process up to a
// millisecond late, because epoll counts in milliseconds.
func sleep(d time.Duration) {
	left := unix.NsecToTimespec(int64(d))
	for errors.Is(unix.ClockNanosleep(unix.CLOCK_MONOTONIC, 0, &left, &left), unix.EINTR) {
	}
}
