package result

import (
	"fmt"
	"math"

	"github.com/classibench/classibench/bench/histogram"
	"github.com/classibench/classibench/internal/unit"
)

// A capacity that is really something else is named: what limits it is no work of the
// target, and moving the program would not change it.

// A delayed acknowledgement: where a server writes the head and the body of a response
// apart and leaves Nagle's algorithm on (RFC 896), the body waits until the client has
// acknowledged the head, and Linux delays that by 40 ms on a connection that is in use.
const (
	leastDelay = 39e-3
	mostDelay  = 46e-3
	busyDelay  = 60e-3 // of the median, where a busy machine adds to it and the fastest tenth tells
	delayTimes = 4     // the answer takes so many times the CPU time that it costs, at least
)

// DelayedAck reports that the median answer of a target waits for an acknowledgement: that
// it takes the 40 ms of one beside the CPU time that it costs, or that the fastest tenth
// does. Where CPU time is not known, the 90th percentile has to be there as well. Users
// who wait for each other's CPU time, queue seconds of it, wait for no acknowledgement.
func DelayedAck(name string, l Latency, cpu, queue float64, known bool) string {
	if !known {
		cpu = 0
	}
	in := func(x, most float64) bool { return x-cpu > leastDelay && x-cpu < most }
	p50 := float64(l.P50)
	switch {
	case !in(p50, busyDelay), p50 < delayTimes*cpu, p50 < 1.5*queue:
		return ""
	case !known && !in(float64(l.P90), mostDelay), !in(p50, mostDelay) && !in(fastest(l), mostDelay):
		return ""
	}
	words := fmt.Sprintf("half of the answers of %s took %s", name, unit.Seconds(float64(l.P50)))
	if known {
		words += fmt.Sprintf(" and cost %s of CPU", unit.Seconds(cpu))
	}
	return words + ": that is the delay of a TCP acknowledgement, for which the body waits where a server writes it after the head. Have it set TCP_NODELAY, or write head and body at once: then it carries many times as much"
}

// fastest is the longest of the fastest tenth of all answers, if that is known.
func fastest(l Latency) float64 {
	h, err := histogram.Decode(l.Histogram)
	if l.Histogram == "" || err != nil || !h.Supports(0.1) {
		return math.NaN()
	}
	return h.Quantile(0.1).Seconds()
}

// A server that has fewer processes than there are users, and gives each connection a
// process to itself, lets the others wait however little it works.

// prefork reports whether a target kept several processes of a single thread, and fewer
// than users need: a parent beside them answers nothing. One process of several threads
// may be among them, such as the gateway of a FastCGI program.
func (b Block) prefork(users int) bool {
	return b.SingleThreaded >= 2 && b.SingleThreaded <= users && b.Processes-b.SingleThreaded <= 1
}

func preforkWords(processes, users int) string {
	return fmt.Sprintf("it ran %d processes, and there were %d users at once. Where each process serves one connection (prefork), the users beyond wait for one that is free. Give the server %d workers or more, or ask with fewer users (capacity: {users: %d} in the scenario)",
		processes, users, users, max(1, processes-1))
}

// idleShare is the share of the target's cores below which processes limit it rather
// than cores.
const idleShare = 0.5

// Crowded reports that a target's throughput is limited by the number of its processes: it
// has few, uses little CPU, and its users wait. Empty where [LateAnswers] reports it.
func (b Block) Crowded(name string, users, cores int, p50 Float) string {
	if !b.prefork(users) || b.lateAnswers(users) || b.Hits == 0 || b.CPU == 0 {
		return ""
	}
	busy := b.CPU / b.Seconds
	if wait := float64(p50); busy > idleShare*float64(cores) || !(wait > 2*b.CPU/float64(b.Hits)) {
		return ""
	}
	return fmt.Sprintf("%s used %s of a core when it was kept busy, and its users waited: %s", name, unit.Percent(busy), preforkWords(b.SingleThreaded, users))
}
