package usage

import (
	"bytes"
	"errors"
	"fmt"
	"time"
)

// stat holds fields of /proc/PID/stat for a process, or of /proc/PID/task/TID/stat
// for a thread; see proc_pid_stat(5).
type stat struct {
	state        byte // R running or runnable, S asleep, D blocked, Z defunct, X dead, T stopped, I idle
	ppid         int
	group        int // process group
	session      int
	faults       uint64 // page faults, minor and major, of all its threads
	reapedFaults uint64 // minor faults of reaped children: rises with every reaped child
	reapedMajor  uint64 // major faults of reaped children
	cutime       uint64 // ticks of reaped children and their reaped children
	cstime       uint64
	threads      int
	started      uint64 // ticks since boot
	resident     int64  // pages
}

// defunct reports whether the whole process has ended, not only its main thread.
func (s *stat) defunct() bool { return s.state == 'X' || s.state == 'Z' && s.threads < 2 }

// runnable returns 1 for a task that runs or waits for a core, else 0.
func (s *stat) runnable() int {
	if s.state == 'R' {
		return 1
	}
	return 0
}

// reaped returns the CPU time of the children that the process has reaped.
func (s *stat) reaped() time.Duration { return time.Duration(s.cutime+s.cstime) * Tick }

// Fields of a stat line by their number in proc_pid_stat(5).
const (
	fieldParent   = 4
	fieldGroup    = 5
	fieldSession  = 6
	fieldMinor    = 10
	fieldFaults   = 11
	fieldMajor    = 12
	fieldReapMaj  = 13
	fieldReapUser = 16
	fieldReapSys  = 17
	fieldThreads  = 20
	fieldStarted  = 22
	fieldResident = 24
)

// errStat means that a line is not from a stat file.
var errStat = errors.New("not a line of /proc/PID/stat")

// parseStat parses a stat line. The name of the program is in round brackets and
// may itself contain brackets, blanks and line ends, so fields are counted from the
// last bracket.
func parseStat(line []byte) (s stat, err error) {
	end := bytes.LastIndexByte(line, ')')
	if end < 0 || end+4 > len(line) {
		return s, fmt.Errorf("%w: %.60q has no name in brackets", errStat, line)
	}
	s.state = line[end+2]
	rest := line[end+3:]
	for field := fieldParent; field <= fieldResident; field++ {
		var n int64
		if n, rest, err = number(rest); err != nil {
			return s, fmt.Errorf("%w: field %d: %w", errStat, field, err)
		}
		s.set(field, n)
	}
	return s, nil
}

func (s *stat) set(field int, n int64) {
	switch field {
	case fieldParent:
		s.ppid = int(n)
	case fieldGroup:
		s.group = int(n)
	case fieldSession:
		s.session = int(n)
	case fieldMinor, fieldMajor:
		s.faults += uint64(n)
	case fieldReapMaj:
		s.reapedMajor = uint64(n)
	case fieldFaults:
		s.reapedFaults = uint64(n)
	case fieldReapUser:
		s.cutime = uint64(n)
	case fieldReapSys:
		s.cstime = uint64(n)
	case fieldThreads:
		s.threads = int(n)
	case fieldStarted:
		s.started = uint64(n)
	case fieldResident:
		s.resident = n
	}
}

// number parses a decimal number after one blank. The stat file also has unsigned
// 64-bit numbers (limits of memory); those overflow, but are not used.
func number(b []byte) (n int64, rest []byte, err error) {
	if len(b) == 0 || b[0] != ' ' {
		return 0, b, fmt.Errorf("a number is missing before %.20q", b)
	}
	b = b[1:]
	minus := len(b) > 0 && b[0] == '-'
	if minus {
		b = b[1:]
	}
	i := 0
	for i < len(b) && b[i] >= '0' && b[i] <= '9' {
		n = n*10 + int64(b[i]-'0')
		i++
	}
	if i == 0 {
		return 0, b, fmt.Errorf("no number in %.20q", b)
	}
	if minus {
		n = -n
	}
	return n, b[i:], nil
}

// parseForks returns the number of tasks started since boot, from /proc/stat. ok is
// false if the line is missing, because the file is longer than the buffer.
func parseForks(b []byte) (n uint64, ok bool) {
	_, rest, ok := bytes.Cut(b, []byte("\nprocesses"))
	if !ok || !bytes.ContainsRune(rest, '\n') {
		return 0, false
	}
	forks, _, err := number(rest)
	return uint64(forks), err == nil
}
