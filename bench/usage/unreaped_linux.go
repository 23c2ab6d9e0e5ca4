package usage

import (
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// findUnreaped reports whether a process of the tree ignores SIGCHLD and has, or had, a
// child. The kernel then drops the account of its children when they end: see wait(2).
func (t *Tree) findUnreaped() bool {
	for _, p := range t.members {
		if parent := t.procs[p.ppid]; !t.unreaped && parent != nil && parent.counts() {
			t.unreaped = t.ignoresSIGCHLD(parent)
		}
	}
	return t.unreaped
}

// ignoresSIGCHLD looks at the signals of a process. They may change, but seldom do: the
// pause between two looks doubles.
func (t *Tree) ignoresSIGCHLD(p *proc) bool {
	if t.scan < p.asked {
		return false
	}
	p.asked = 2 * t.scan
	status, err := os.ReadFile("/proc/" + strconv.Itoa(p.id) + "/status")
	return err == nil && parseIgnored(status)&(1<<(unix.SIGCHLD-1)) != 0
}

// parseIgnored reads the mask of ignored signals in /proc/PID/status: bit n-1 is signal n.
func parseIgnored(status []byte) uint64 {
	mask, _ := strconv.ParseUint(field(status, "SigIgn:"), 16, 64)
	return mask
}
