// Package usage measures how a process tree uses a machine: CPU time, runnable
// tasks, processes and memory. It also keeps the two sides of a measurement on
// separate cores.
//
// [Read] takes one reading. A [Tree] takes many readings of the same tree at little
// cost, and its values never fall. [Watch] takes readings at regular intervals.
// [ReadMachine] reads the state of the whole machine, and [Describe] describes it.
// [Split] and [PinSelf] assign cores.
//
// All of this needs /proc of Linux. On other systems the functions return
// [ErrUnsupported]. The package does not start, stop or search programs; package
// bench/target does.
package usage

import (
	"errors"
	"time"
)

// ErrUnsupported means that this system does not report the requested values.
// Callers may go on without CPU time, run queue, process counts and memory of a
// tree; generator and target then share all cores.
var ErrUnsupported = errors.New("only Linux reports the usage of a process tree, in /proc; measure on Linux to get CPU time, run queue, processes and memory")

// ErrGone means that no root of a tree is alive, nor any of its descendants.
var ErrGone = errors.New("no process of the tree is alive")

// Tick is the resolution of the CPU time of reaped children: USER_HZ is 100 on
// every platform that Go runs on.
const Tick = 10 * time.Millisecond

// Usage is the CPU time of a process tree so far, and its state at one moment.
//
// CPU is the only value to compare over time. The part of living processes comes
// from their CPU clocks, in nanoseconds. The part of reaped children comes from
// cutime and cstime of their parent, each rounded down to a whole [Tick]. So a
// reading is at most 2 ticks too low for each process that reaps children, and a
// difference of two readings is at most 2 ticks off for each.
type Usage struct {
	At  time.Time
	CPU time.Duration // user and system time, of the living processes and of the children that they reaped

	Alive    int // processes that are not defunct
	Runnable int // tasks (threads) that run or wait for a core; the kernel's load average also counts blocked ones
	Defunct  int // processes that have ended but were not reaped: zombies
	Threads  int // tasks of all living processes
	Single   int // living processes with a single thread
	Workers  int // of those, without a living child

	// Memory is the resident set size in bytes, summed over the tree: a shared page
	// counts once for each process.
	Memory int64

	// Sampled is set if there were more threads than one reading may read: Runnable
	// is then extrapolated from a part of them.
	Sampled bool

	// Unreaped is set from the moment that a [Tree] saw a process with children that
	// ignores SIGCHLD: CPU then lacks the time of children that were too short to be
	// seen, and the last moments of the others.
	Unreaped bool
}

// Machine is the state of the whole machine at one moment.
type Machine struct {
	At          time.Time
	Started     uint64        // processes and threads started since boot
	LoadAverage float64       // the kernel's load average over one minute
	CPUPressure time.Duration // time since boot in which some task waited for a core (PSI); 0 if the kernel does not report it
	Busy        time.Duration // busy time of all cores since boot, in steps of a Tick
	Steal       time.Duration // time of all cores that the hypervisor gave to other guests
}
