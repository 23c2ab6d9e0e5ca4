package usage

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"golang.org/x/sys/unix"
)

// entry is a directory of /proc with a number as its name: a process or a thread.
// The kernel makes a new inode when it reuses a number, so the pair identifies one
// process forever.
type entry struct {
	inode uint64
	id    int
}

// readEntries appends the numbered entries of an open directory of /proc.
func readEntries(into []entry, fd int, buf []byte) ([]entry, error) {
	if _, err := unix.Seek(fd, 0, unix.SEEK_SET); err != nil {
		return into, fmt.Errorf("rewind a directory of /proc: %w", err)
	}
	for {
		n, err := retry(func() (int, error) { return unix.Getdents(fd, buf) })
		if n <= 0 || err != nil {
			return into, err
		}
		into = parseEntries(into, buf[:n])
	}
}

// Layout of struct linux_dirent64, getdents(2): inode, offset, length of the
// record, type, name that ends with a zero.
const (
	direntLength = 16
	direntName   = 19
)

// parseEntries parses the result of getdents64. It stops at an invalid record.
func parseEntries(into []entry, b []byte) []entry {
	for len(b) > direntName {
		length := int(binary.NativeEndian.Uint16(b[direntLength:]))
		if length <= direntName || length > len(b) {
			return into
		}
		name, _, _ := bytes.Cut(b[direntName:length], []byte{0})
		if id, ok := decimal(name); ok {
			into = append(into, entry{binary.NativeEndian.Uint64(b), id})
		}
		b = b[length:]
	}
	return into
}

// decimal parses a positive number that is a possible process id.
func decimal(name []byte) (n int, ok bool) {
	if len(name) == 0 || len(name) > 9 {
		return 0, false
	}
	for _, c := range name {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, n > 0
}

// retry repeats a system call that a signal interrupted.
func retry(call func() (int, error)) (int, error) {
	for {
		n, err := call()
		if err != unix.EINTR {
			return n, err
		}
	}
}
