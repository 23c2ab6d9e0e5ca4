// Package usage reads what a process tree uses of a machine: CPU time, tasks
// that run or wait for a core, processes, memory; and it keeps two sides of a
// measurement on cores of their own.
//
// [Read] takes one reading; a [Tree] takes many of the same tree at little
// cost and never runs backwards; [Watch] takes one at regular intervals.
// [ReadMachine] reads the same of the whole machine, [Describe] says what
// machine it is. [Split] and [PinSelf] deal with cores.
//
// Linux tells all of this, through /proc. Elsewhere functions return
// [ErrUnsupported]. The package does not start, stop or find programs: that is
// the business of package bench/target.
package usage

import (
	"errors"
	"time"
)

// ErrUnsupported says that this system does not tell what was asked for.
// Callers may go on without: what is then unknown is CPU time, run queue,
// process counts and memory of a tree, and generator and target share all
// cores.
var ErrUnsupported = errors.New("only Linux tells, in /proc, what a process tree uses; measure on Linux to see CPU, run queue, processes and memory")

// ErrGone says that none of the roots of a tree is alive, nor anything they
// started.
var ErrGone = errors.New("no process of the tree is alive")

// Tick is how fine the kernel tells the CPU time of children that were reaped:
// USER_HZ is 100 on every platform that Go runs on.
const Tick = 10 * time.Millisecond

// Usage is what a process tree used until a moment, and what it is at that
// moment.
//
// CPU is the one figure to compare over time. The share of living processes
// comes from their CPU clocks and is exact to the nanosecond; the share of
// children that were reaped comes from cutime and cstime of their parent, each
// cut to a whole [Tick]. A reading is thus at most 2 ticks too low for each
// process that reaps children, and a difference of two readings at most 2 ticks
// off for each.
type Usage struct {
	At  time.Time
	CPU time.Duration // user and system, of the living and of the children that they reaped

	Alive    int // processes that are not defunct
	Runnable int // tasks (threads) that run or wait for a core; the kernel's load average counts blocked ones as well
	Defunct  int // processes that have ended and were not reaped: zombies
	Threads  int // tasks of all living processes
	Single   int // living processes of a single thread

	// Memory is the resident set size in bytes, summed over the tree: a page
	// that processes share counts once for each of them.
	Memory int64

	// Sampled is set when there were more threads than are looked at in one
	// reading: Runnable is then scaled up from a part of them.
	Sampled bool
}

// Machine is the state of the whole machine at a moment.
type Machine struct {
	At          time.Time
	Started     uint64        // tasks started since boot, processes and threads alike
	LoadAverage float64       // the kernel's, over one minute
	CPUPressure time.Duration // time since boot in which some task waited for a core (PSI); 0 where the kernel does not keep it
	Busy        time.Duration // time that all cores together worked, since boot, in ticks
	Steal       time.Duration // time that the hypervisor gave to others, all cores together
}
