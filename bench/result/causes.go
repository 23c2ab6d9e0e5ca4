package result

import (
	"fmt"
	"math"

	"github.com/classibench/classibench/bench/histogram"
	"github.com/classibench/classibench/internal/unit"
)

// Some limits of a capacity are not the work of the target, and moving the program would
// not change them. The functions below report them.

// A delayed acknowledgement: if a server writes the head and the body of a response
// separately and leaves Nagle's algorithm on (RFC 896), the body waits until the client
// has acknowledged the head, and Linux delays that by 40 ms on a connection in use.
const (
	leastDelay = 39e-3
	mostDelay  = 46e-3
	busyDelay  = 60e-3 // of the median on a busy machine, if the fastest tenth is below mostDelay
	delayTimes = 4     // least ratio of the answer's time to its CPU time
)

// DelayedAck reports that the median answer of a target waits for an acknowledgement: the
// median or the fastest tenth takes 40 ms more than its CPU time. If CPU time is not
// known, the 90th percentile must take as long too. If users wait for each other's CPU
// time, queue seconds of it, that explains the median and there is no report.
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
	return words + ": this is the delay of a TCP acknowledgement. The body waits for it if the server writes the head first. Let the server set TCP_NODELAY, or write head and body at once: its throughput will be many times as high"
}

// fastest returns the 10th percentile of all answers, NaN if it is unknown.
func fastest(l Latency) float64 {
	h, err := histogram.Decode(l.Histogram)
	if l.Histogram == "" || err != nil || !h.Supports(0.1) {
		return math.NaN()
	}
	return h.Quantile(0.1).Seconds()
}

// idleShare is the share of the target's cores below which the number of processes limits
// it, not the cores.
const idleShare = 0.5

// Crowded reports that the number of its processes limits a target: it has few, uses
// little CPU, and its users wait. It is empty if [LateAnswers] reports the target.
func (b Block) Crowded(name string, users, cores int, p50 Float) string {
	if !b.prefork(users) || b.lateAnswers(users) || b.Hits == 0 || b.CPU == 0 {
		return ""
	}
	busy := b.CPU / b.Seconds
	if wait := float64(p50); busy > idleShare*float64(cores) || !(wait > 2*b.CPU/float64(b.Hits)) {
		return ""
	}
	return fmt.Sprintf("%s used %s of a core under full load while its users waited: %s", name, unit.Percent(busy), b.preforkWords(users))
}
