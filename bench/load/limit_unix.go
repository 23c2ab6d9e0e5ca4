//go:build unix

package load

import "syscall"

// maxInFlight is as many connections as may be open at once, with some left for
// everything else.
func maxInFlight() int {
	var l syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &l); err != nil {
		return 512
	}
	return int(max(16, min(8192, uint64(l.Cur)-min(uint64(l.Cur)/4, 256))))
}
