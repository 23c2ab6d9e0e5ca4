package usage

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// Strays describes each process of the trees below the given processes that has
// threads which may run on other CPUs than these: a program can choose its CPUs
// itself. An empty list allows all CPUs.
func Strays(cpus []int, roots ...int) (strays []string, err error) {
	if len(cpus) == 0 {
		return nil, nil
	}
	tree, err := NewTree(func() []int { return roots })
	if err != nil {
		return nil, err
	}
	defer tree.Close()
	pids, err := tree.Members()
	if err != nil {
		return nil, err
	}
	allowed := setOf(cpus)
	for _, pid := range pids {
		if on, ok := straying(pid, allowed, tree.buf); ok {
			strays = append(strays, fmt.Sprintf("process %d (%s) may run on %s", pid, commandOf(pid), name(listOf(on))))
		}
	}
	return strays, nil
}

// straying returns the CPUs of a thread of the process that may run on other CPUs
// than the allowed ones.
func straying(pid int, allowed unix.CPUSet, buf []byte) (on unix.CPUSet, ok bool) {
	threads, err := threadsOf(pid, buf)
	if err != nil {
		return on, false // it has ended
	}
	for _, thread := range threads {
		if unix.SchedGetaffinity(thread.id, &on) == nil && !within(on, allowed) {
			return on, true
		}
	}
	return on, false
}

func within(set, allowed unix.CPUSet) bool {
	for i := range set {
		if set[i]&^allowed[i] != 0 {
			return false
		}
	}
	return true
}
