package usage

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Holdings reads the resources that the members of the tree hold. A process that ends
// while it is read counts in part. Locks are those of POSIX and flock that name a process
// of this PID namespace (proc_locks(5)).
func (t *Tree) Holdings() (h Holdings, err error) {
	pids, err := t.Members()
	if err != nil {
		return h, err
	}
	if len(pids) == 0 {
		return h, ErrGone
	}
	members := map[int]bool{}
	for _, pid := range pids {
		members[pid] = true
		if err := h.add(pid); err != nil && !gone(err) {
			return h, fmt.Errorf("read the resources of process %d: %w", pid, err)
		}
	}
	h.Locks, err = locks(members)
	return h, err
}

// add adds the resources of a process.
func (h *Holdings) add(pid int) error {
	dir := "/proc/" + strconv.Itoa(pid)
	status, err := os.ReadFile(dir + "/status")
	if err != nil {
		return err
	}
	if strings.HasPrefix(field(status, "State:"), "Z") {
		h.Zombies++
		return nil
	}
	h.Processes++
	threads, _ := strconv.Atoi(field(status, "Threads:"))
	h.Threads += threads
	open, err := os.ReadDir(dir + "/fd")
	h.Descriptors += len(open)
	memory, merr := os.ReadFile(dir + "/smaps_rollup")
	pss, _ := strconv.ParseInt(strings.TrimSuffix(field(memory, "Pss:"), " kB"), 10, 64)
	h.Memory += pss << 10
	return errors.Join(err, merr)
}

// field returns the value of a line "Name: value".
func field(text []byte, name string) string {
	for line := range bytes.Lines(text) {
		if rest, ok := bytes.CutPrefix(line, []byte(name)); ok {
			return string(bytes.TrimSpace(rest))
		}
	}
	return ""
}

// locks counts the locks on files that some processes hold.
func locks(members map[int]bool) (n int, err error) {
	f, err := os.Open("/proc/locks")
	if err != nil {
		return 0, err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if pid, _ := parseLock(lines.Text()); members[pid] {
			n++
		}
	}
	return n, lines.Err()
}

// parseLock reads a line of proc_locks(5): the process that has the lock, and the file as its
// device and inode. A process that waits for a lock has none.
func parseLock(line string) (pid int, file string) {
	// 1: POSIX  ADVISORY  WRITE 3568 fd:00:2531452 0 EOF; one that waits has -> before its kind
	words := strings.Fields(line)
	if len(words) < 6 || words[1] == "->" {
		return 0, ""
	}
	if pid, err := strconv.Atoi(words[4]); err == nil {
		return pid, words[5]
	}
	return 0, ""
}

// gone reports whether a process ended while it was read.
func gone(err error) bool { return errors.Is(err, fs.ErrNotExist) || errors.Is(err, unix.ESRCH) }
