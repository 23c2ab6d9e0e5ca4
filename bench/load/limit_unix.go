//go:build unix

package load

import "syscall"

// maxInFlight returns the maximum of open connections, with some descriptors left
// for other uses.
func maxInFlight() int {
	var l syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &l); err != nil {
		return 512
	}
	return int(max(16, min(8192, uint64(l.Cur)-min(uint64(l.Cur)/4, 256))))
}
