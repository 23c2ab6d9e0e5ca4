//go:build unix

package listen

import "syscall"

// MostConns returns how many connections a server may have open if each takes so many
// descriptors: it leaves an eighth of them for other files.
func MostConns(descriptors int) int {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return mostConns
	}
	return int(max(1, min(uint64(limit.Cur)/8*7/uint64(descriptors), mostConns)))
}
