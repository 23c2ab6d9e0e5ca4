package watchdog

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// rounds is how often killAll looks for processes. A process can start another between the
// look and the signal; one that a signal does not end at once is seen again.
const rounds = 200

// killAll kills the marked processes and their descendants, until none is left or the
// system does not end them.
func (m mark) killAll() {
	for range rounds {
		if killed := m.killOnce(); killed == 0 {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// killOnce sends SIGKILL to the processes that exist now, and returns how many.
func (m mark) killOnce() (killed int) {
	table := m.readTable()
	for _, p := range table {
		if p.fd >= 0 && table.descends(p) && unix.PidfdSendSignal(p.fd, unix.SIGKILL, nil, 0) == nil {
			killed++
		}
		unix.Close(p.fd)
	}
	return killed
}

// A process is an entry of the process table. fd was opened before the entry was read:
// it does not change its meaning if the number is used again.
type process struct {
	parent int
	marked bool
	fd     int
}

// A table holds the living processes by their numbers.
type table map[int]process

func (m mark) readTable() table {
	t := table{}
	dirs, _ := filepath.Glob("/proc/[0-9]*") // fails only for a bad pattern
	for _, dir := range dirs {
		pid, err := strconv.Atoi(filepath.Base(dir))
		if err != nil || pid == os.Getpid() {
			continue
		}
		fd, err := unix.PidfdOpen(pid, 0)
		if err != nil {
			continue // it has ended
		}
		if p, ok := m.read(dir, pid); ok {
			p.fd = fd
			t[pid] = p
		} else {
			unix.Close(fd)
		}
	}
	return t
}

// read reads an entry of a process that lives. See proc(5).
func (m mark) read(dir string, pid int) (p process, ok bool) {
	stat, err := os.ReadFile(dir + "/stat")
	if err != nil {
		return p, false
	}
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:]) // state, parent, and so on
	if len(fields) < 2 || string(fields[0]) == "Z" || string(fields[0]) == "X" {
		return p, false
	}
	p.parent, err = strconv.Atoi(string(fields[1]))
	p.marked = m.in(dir, pid)
	return p, err == nil
}

// descends reports whether a process is marked, or one of its ancestors is.
func (t table) descends(p process) bool {
	for range len(t) { // numbers that were read at different moments may form a ring
		if p.marked {
			return true
		}
		parent, ok := t[p.parent]
		if !ok {
			return false
		}
		p = parent
	}
	return false
}
