package watchdog

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// A mark is what the processes have that a watchdog ends. Most have the variable. One that starts
// with another environment has not, nor one that writes over it, as Perl does when a program
// sets $0. Their limit is inherited all the same.
type mark struct {
	variable string // NAME=VALUE
	limit    uint64 // of RLIMIT_RTTIME, in microseconds; 0 means none
	owner    int    // has the limit too, and is no process to end
}

// newMark returns a mark. From now on, this process passes the limit on to its children.
func newMark() mark { return mark{variable + "=" + rand.Text(), newLimit(), os.Getpid()} }

// newLimit gives this process a limit of its own, and returns it. It is a time without pause for
// a process with real-time priority (getrlimit(2)) of more than 100,000 years, so it limits nothing.
// The result is 0 where the limit is fixed at another one.
func newLimit() uint64 {
	var r unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_RTTIME, &r) != nil || r.Max != unix.RLIM_INFINITY {
		return 0
	}
	var random [8]byte
	rand.Read(random[:]) // never fails
	r.Cur = 1<<62 | binary.NativeEndian.Uint64(random[:])>>2
	if unix.Setrlimit(unix.RLIMIT_RTTIME, &r) != nil {
		return 0
	}
	return r.Cur
}

// arguments returns the mark as parse reads it.
func (m mark) arguments() []string {
	return []string{m.variable, strconv.FormatUint(m.limit, 10), strconv.Itoa(m.owner)}
}

func parse(arguments []string) mark {
	limit, _ := strconv.ParseUint(arguments[1], 10, 64)
	owner, _ := strconv.Atoi(arguments[2])
	return mark{arguments[0], limit, owner}
}

// in reports whether a process has the mark. dir is its directory in /proc.
func (m mark) in(dir string, pid int) bool {
	environ, _ := os.ReadFile(dir + "/environ") // that of another user's process cannot be read
	if bytes.Contains(append([]byte{0}, environ...), []byte("\x00"+m.variable+"\x00")) {
		return true
	}
	if m.limit == 0 || pid == m.owner {
		return false
	}
	limits, _ := os.ReadFile(dir + "/limits") // fails if the process has ended
	return bytes.Contains(squeezed(limits), fmt.Appendf(nil, "Max realtime timeout %d ", m.limit))
}

// squeezed returns a table with one space between columns.
func squeezed(table []byte) []byte { return bytes.Join(bytes.Fields(table), []byte{' '}) }
