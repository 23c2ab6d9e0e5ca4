package usage

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"

	"golang.org/x/sys/unix"
)

// A Pin keeps the threads of another program's processes on some logical CPUs,
// until Release.
type Pin struct {
	tree   *Tree
	cpus   unix.CPUSet
	before map[int]unix.CPUSet // by thread: its CPUs before
}

// PinTree moves all threads of the trees below the given processes to the given
// logical CPUs. Threads and processes that they start later inherit the CPUs. If
// one thread cannot be moved, all get their old CPUs back, and the error names the
// process and the reason.
//
// It needs the permission of sched_setaffinity(2): the same user, or CAP_SYS_NICE.
func PinTree(cpus []int, roots ...int) (*Pin, error) {
	tree, err := NewTree(func() []int { return roots })
	if err != nil {
		return nil, err
	}
	p := &Pin{tree: tree, cpus: setOf(cpus), before: map[int]unix.CPUSet{}}
	pids, err := tree.Members()
	if err == nil && slices.Contains(pids, os.Getpid()) {
		err = fmt.Errorf("the processes below %v include this program", roots)
	}
	if err == nil {
		err = p.sweep(p.move)
	}
	if err != nil {
		return nil, errors.Join(err, p.Release())
	}
	return p, nil
}

// Release restores the CPUs of all threads. A thread started since gets those of
// the thread or process that started it. A thread that another program has moved
// since stays there.
func (p *Pin) Release() error {
	defer p.tree.Close()
	var failed error
	err := p.sweep(func(pid, thread int) (bool, error) {
		changed, err := p.putBack(pid, thread)
		if failed == nil && !errors.Is(err, unix.ESRCH) {
			failed = err
		}
		return changed && err == nil, nil // go on with the others
	})
	if errors.Is(err, ErrGone) {
		err = nil
	}
	return errors.Join(err, failed)
}

// mostSweeps limits how often the threads of a tree are visited. Two sweeps
// suffice, unless the threads move themselves.
const mostSweeps = 100

// sweep visits all threads of the tree until a whole pass changes none: a thread
// that was not changed yet may have started another, which the next pass finds.
func (p *Pin) sweep(visit func(pid, thread int) (changed bool, err error)) error {
	for range mostSweeps {
		pids, err := p.tree.Members()
		if err != nil {
			return err
		}
		if len(pids) == 0 {
			return fmt.Errorf("%w (roots %v)", ErrGone, p.tree.lastRoots)
		}
		changed, err := p.visitAll(pids, visit)
		if err != nil || !changed {
			return err
		}
	}
	return fmt.Errorf("the threads of the processes below %v keep choosing other CPUs", p.tree.lastRoots)
}

func (p *Pin) visitAll(pids []int, visit func(pid, thread int) (bool, error)) (any bool, err error) {
	for _, pid := range pids {
		threads, err := threadsOf(pid, p.tree.buf)
		if err != nil {
			continue // it has ended
		}
		for _, thread := range threads {
			changed, err := visit(pid, thread.id)
			if err != nil && !errors.Is(err, unix.ESRCH) {
				return any, err
			}
			any = any || changed
		}
	}
	return any, nil
}

func threadsOf(pid int, buf []byte) ([]entry, error) {
	dir, err := unix.Open("/proc/"+strconv.Itoa(pid)+"/task", unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	defer unix.Close(dir)
	return readEntries(nil, dir, buf)
}

// move moves a thread to the CPUs, unless it is there already.
func (p *Pin) move(pid, thread int) (changed bool, err error) {
	var now unix.CPUSet
	if err := unix.SchedGetaffinity(thread, &now); err != nil {
		return false, err
	}
	if _, known := p.before[thread]; !known {
		p.before[thread] = now
	}
	if now == p.cpus {
		return false, nil
	}
	return true, keepOn(pid, thread, p.cpus)
}

// putBack reverts move.
func (p *Pin) putBack(pid, thread int) (changed bool, err error) {
	var now unix.CPUSet
	if err := unix.SchedGetaffinity(thread, &now); err != nil {
		return false, err
	}
	before, known := p.before[thread]
	if !known {
		before, known = p.inherited(pid)
	}
	if !known || now != p.cpus || now == before {
		return false, nil
	}
	return true, keepOn(pid, thread, before)
}

// inherited returns the CPUs that a thread started since would have if nothing had
// been moved: those of its process, of its nearest known ancestor, or else of the
// tree's root.
func (p *Pin) inherited(pid int) (unix.CPUSet, bool) {
	for q, depth := p.tree.procs[pid], 0; q != nil && depth < 1000; q, depth = p.tree.procs[q.ppid], depth+1 {
		if before, known := p.before[q.id]; known {
			return before, true
		}
	}
	for _, root := range p.tree.lastRoots {
		if before, known := p.before[root]; known {
			return before, true
		}
	}
	return unix.CPUSet{}, false
}

// keepOn lets a thread run on some CPUs, and checks the result: the kernel removes
// CPUs that the thread's control group does not have.
func keepOn(pid, thread int, cpus unix.CPUSet) error {
	err := unix.SchedSetaffinity(thread, &cpus)
	switch {
	case errors.Is(err, unix.EPERM):
		return fmt.Errorf("process %d (%s) belongs to another user: %w", pid, commandOf(pid), err)
	case errors.Is(err, unix.EINVAL):
		return fmt.Errorf("process %d (%s) has none of the CPUs %s in its control group: %w", pid, commandOf(pid), formatList(listOf(cpus)), err)
	case err != nil:
		return err
	}
	var now unix.CPUSet
	if err := unix.SchedGetaffinity(thread, &now); err != nil {
		return err
	}
	if now != cpus {
		return fmt.Errorf("process %d (%s) may run only on the CPUs %s, not on %s: see cpuset.cpus of its control group", pid, commandOf(pid), formatList(listOf(now)), formatList(listOf(cpus)))
	}
	return nil
}

// commandOf returns the name of a process's command.
func commandOf(pid int) string {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/comm")
	if err != nil {
		return "?"
	}
	return string(bytes.TrimSpace(b))
}

func setOf(cpus []int) (set unix.CPUSet) {
	for _, cpu := range cpus {
		set.Set(cpu)
	}
	return set
}

func listOf(set unix.CPUSet) (cpus []int) {
	for cpu := 0; len(cpus) < set.Count(); cpu++ {
		if set.IsSet(cpu) {
			cpus = append(cpus, cpu)
		}
	}
	return cpus
}
