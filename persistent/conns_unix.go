//go:build unix

package persistent

import "syscall"

// defaultConns leaves an eighth of the descriptors for files, and for the admin address.
func defaultConns() int {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return mostConns
	}
	return int(max(1, min(uint64(limit.Cur)/8*7, mostConns)))
}
