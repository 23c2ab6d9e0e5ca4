package usage

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// Account returns what the tree used: of CPU as [Tree.Read] does, page faults of the living
// and of the children that they reaped, context switches of the threads that live. The kernel
// tells the switches of reaped children to their parent only, see [Reaped].
func (t *Tree) Account() (Account, error) {
	u, err := t.Read()
	if err != nil {
		return Account{}, err
	}
	a := Account{CPU: u.CPU}
	for _, p := range t.order() {
		if p.gone {
			continue
		}
		a.Reaped += p.reapedFaults + p.reapedMajor
		if p.member {
			a.Faults += p.faults
			a.Switches += switches(p.id, t.buf)
		}
	}
	a.Faults += a.Reaped
	return a, nil
}

// ReadProcess returns the account of one living process, all its threads together, without
// its children. CPU time is exact to the nanosecond.
func ReadProcess(pid int) (Account, error) {
	p, buf := proc{entry: entry{id: pid}, fd: -1}, make([]byte, 4<<10)
	if err := p.refresh(buf); err != nil {
		return Account{}, fmt.Errorf("read process %d: %w", pid, err)
	}
	if !p.clock() {
		return Account{}, fmt.Errorf("read the CPU clock of process %d: %w", pid, unix.ESRCH)
	}
	return Account{CPU: p.own, Faults: p.faults, Switches: switches(pid, buf)}, nil
}

// Reaped returns the account of all children that this process waited for, and of theirs:
// RUSAGE_CHILDREN of getrusage(2). It is exact to the microsecond, where /proc/PID/stat has
// ticks of 10 ms, and nothing in /proc has the context switches of a process that has ended.
func Reaped() (Account, error) {
	var r unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_CHILDREN, &r); err != nil {
		return Account{}, os.NewSyscallError("getrusage", err)
	}
	faults := uint64(r.Minflt) + uint64(r.Majflt)
	return Account{
		CPU: time.Duration(r.Utime.Nano() + r.Stime.Nano()), Faults: faults, Reaped: faults,
		Switches: uint64(r.Nvcsw) + uint64(r.Nivcsw),
	}, nil
}

// switches counts the context switches of the threads of a process that live.
func switches(pid int, buf []byte) (n uint64) {
	threads, err := threadsOf(pid, buf)
	if err != nil {
		return 0 // it has ended
	}
	for _, thread := range threads {
		status, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/task/" + strconv.Itoa(thread.id) + "/status")
		if err == nil {
			n += parseSwitches(status)
		}
	}
	return n
}

// parseSwitches adds up the two counts of context switches in /proc/PID/status.
func parseSwitches(status []byte) (n uint64) {
	for line := range bytes.Lines(status) {
		name, value, _ := bytes.Cut(line, []byte(":"))
		if bytes.HasSuffix(name, []byte("voluntary_ctxt_switches")) { // nonvoluntary as well
			count, _ := strconv.ParseUint(string(bytes.TrimSpace(value)), 10, 64)
			n += count
		}
	}
	return n
}
