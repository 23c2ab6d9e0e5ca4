package bench

import (
	"fmt"
	"slices"
	"time"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/unit"
)

// Bounds above which a figure is doubtful.
const (
	others   = 0.1 // share of all cores that other programs used
	stolen   = 0.05
	lagShare = 0.25 // of the p99 latency
	leastLag = time.Millisecond
)

// trialWarnings returns the warnings about a trial, except those of the capacity that was found before.
func trialWarnings(t result.Trial, seen, served *readings, e result.Environment, found *result.Capacity) []result.Warning {
	about := "replay.trials." + t.Target
	var all []result.Warning
	warn := func(format string, args ...any) {
		all = append(all, result.Warning{About: about, Text: fmt.Sprintf(format, args...)})
	}
	if t.Invalid != "" {
		warn("%s", t.Invalid)
		return all
	}
	if lag := float64(t.SendLag.P99); t.SendLag.P99.Known() && lag > leastLag.Seconds() && lag > lagShare*float64(t.Latency.P99) {
		warn("the generator's send lag (p99 %s) is a good part of the latency that is shown (p99 %s)", unit.Seconds(float64(t.SendLag.P99)), unit.Seconds(float64(t.Latency.P99)))
	}
	if len(seen.all) == 0 && e.OS == "linux" {
		warn("its processes are not known: CPU, run queue and memory were not measured; name them with pids, or with --pid on the command line")
	}
	if slices.ContainsFunc(seen.all, func(r reading) bool { return r.tree.Sampled }) {
		warn("at times it ran more threads than are read one by one: its runnable tasks are estimated from some of them")
	}
	if slices.ContainsFunc(seen.all, func(r reading) bool { return r.tree.Unreaped }) {
		warn(unreapedWords)
	}
	all = append(all, found.WithoutWaits(t.Target, t.Connections).Warnings(about, t.Hits+t.Errors, t.Service.P50)...)
	if w := result.DelayedAck(t.Target, t.Service, t.Load.CPU/float64(t.Hits), 0, t.Load.Known()); w != "" {
		warn("%s", w)
	}
	if n := len(seen.all); n > 1 {
		s := span{ours: served.spent()}
		s.add(seen.all[0], seen.all[n-1])
		all = append(all, s.noise(about, e.Cores)...)
	}
	return all
}

// A span is the load of the machine during a measurement.
type span struct {
	took, steal, busy time.Duration // sums over all cores, except took
	ours              time.Duration // CPU time of the targets' trees, of the generator and of the database server
}

// add adds the load between two readings of the same trees, if both exist.
func (s *span) add(a, b reading) {
	if a.machine.At.IsZero() || b.machine.At.IsZero() {
		return
	}
	s.took += b.machine.At.Sub(a.machine.At)
	s.steal += b.machine.Steal - a.machine.Steal
	s.busy += b.machine.Busy - a.machine.Busy
	s.ours += b.tree.CPU - a.tree.CPU + b.self - a.self
}

// noise warns about other load on the machine.
func (s span) noise(about string, cores int) []result.Warning {
	whole := s.took.Seconds() * float64(cores)
	if whole <= 0 {
		return nil
	}
	var all []result.Warning
	if share := s.steal.Seconds() / whole; share > stolen {
		all = append(all, result.Warning{About: about, Text: fmt.Sprintf("the hypervisor gave %s of this machine's CPU time to others meanwhile", unit.Percent(share))})
	}
	if share := (s.busy - s.ours).Seconds() / whole; share > others {
		all = append(all, result.Warning{About: about, Text: fmt.Sprintf("other programs used %s of this machine's CPU time meanwhile", unit.Percent(share))})
	}
	return all
}

// noise warns about other load between two readings.
func noise(about string, a, b reading, cores int) []result.Warning {
	var s span
	s.add(a, b)
	return s.noise(about, cores)
}
