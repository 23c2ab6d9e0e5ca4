package bench

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// Bounds above which a figure is doubtful.
const (
	busyGenerator = 0.9 // share of its cores
	others        = 0.1 // share of all cores that neither side used
	stolen        = 0.05
	lagShare      = 0.25 // of the p99 latency
	leastLag      = time.Millisecond
)

// trialWarnings are the doubts about a trial.
func trialWarnings(t Trial, seen *readings, e Environment) []Warning {
	about := "replay.trials." + t.Target
	var all []Warning
	warn := func(format string, args ...any) { all = append(all, Warning{about, fmt.Sprintf(format, args...)}) }
	if t.Invalid != "" {
		warn("%s", t.Invalid)
		return all
	}
	if lag := float64(t.SendLag.P99); t.SendLag.P99.Known() && lag > leastLag.Seconds() && lag > lagShare*float64(t.Latency.P99) {
		warn("the generator's send lag (p99 %s) is a good part of the latency that is shown (p99 %s)", seconds(t.SendLag.P99), seconds(t.Latency.P99))
	}
	if len(seen.all) == 0 && e.OS == "linux" {
		warn("its processes are not known: CPU, run queue and memory were not seen")
	}
	if slices.ContainsFunc(seen.all, func(r reading) bool { return r.tree.Sampled }) {
		warn("it ran more threads at times than are looked at one by one: its runnable tasks are estimated from some of them")
	}
	all = append(all, t.Connections.doubts(about, t.Hits+t.Errors, t.Service.P50)...)
	if w := delayedAck(t.Target, t.Service, t.Load.CPU/float64(t.Hits), 0, t.Load.AliveMax > 0); w != "" {
		warn("%s", w)
	}
	if n := len(seen.all); n > 1 {
		all = append(all, noise(about, seen.all[0], seen.all[n-1], e.Cores)...)
	}
	return all
}

// A span is what happened on the machine while something was measured.
type span struct {
	took, steal, busy time.Duration // of all cores together, but for took
	ours              time.Duration // CPU time of the targets' trees and of the generator
}

// add adds what happened between two readings of the same trees, if both could
// be taken.
func (s *span) add(a, b reading) {
	if a.machine.At.IsZero() || b.machine.At.IsZero() {
		return
	}
	s.took += b.machine.At.Sub(a.machine.At)
	s.steal += b.machine.Steal - a.machine.Steal
	s.busy += b.machine.Busy - a.machine.Busy
	s.ours += b.tree.CPU - a.tree.CPU + b.self - a.self
}

// noise tells what else went on on the machine.
func (s span) noise(about string, cores int) []Warning {
	whole := s.took.Seconds() * float64(cores)
	if whole <= 0 {
		return nil
	}
	var all []Warning
	if share := s.steal.Seconds() / whole; share > stolen {
		all = append(all, Warning{about, fmt.Sprintf("the hypervisor gave %s of this machine's CPU time to others meanwhile", percent(share))})
	}
	if share := (s.busy - s.ours).Seconds() / whole; share > others {
		all = append(all, Warning{about, fmt.Sprintf("other programs used %s of this machine's CPU time meanwhile", percent(share))})
	}
	return all
}

// noise tells what else went on between two readings.
func noise(about string, a, b reading, cores int) []Warning {
	var s span
	s.add(a, b)
	return s.noise(about, cores)
}

// stalls tells where the ratio of all that was measured lies outside the bounds
// that the quads give: then a few of them hold most of the difference.
func stalls(about, candidate string, quads []Quad, low, high float64) []Warning {
	quads = of(quads, candidate)
	if len(quads) == 0 {
		return nil
	}
	totals := Totals(quads)
	ratio := totals[candidate].rate() / totals[quads[0].Blocks[0].Target].rate()
	if !(ratio < low || ratio > high) {
		return nil
	}
	return []Warning{{about, fmt.Sprintf("over all blocks together, %s answered %.3g times as many requests a second as the baseline, which is outside the interval: a few long stalls count for more than the other quads show", candidate, ratio)}}
}

// A turn ends before slow answers do. Those that take more of the time after it than
// this share of its length, and than this many times what a user waits on average,
// keep users from coming back as they would have to in the long run.
const (
	lateShare = 0.5
	lateTimes = 3
)

// late tells which target's answers outlast its turns: what they cost is not seen. A
// server of fewer processes than there are users needs no longer turns, but more of them.
func late(quads []Quad, users int) (doubts []string) {
	totals := Totals(quads)
	for _, name := range slices.Sorted(maps.Keys(totals)) {
		b := totals[name]
		if !b.late(users) {
			continue
		}
		drain := b.Drain / float64(b.Turns)
		words := fmt.Sprintf("after its turns of %s, %s took another %s on average to answer what was under way: ",
			seconds(Float(b.Seconds/float64(b.Turns))), name, seconds(Float(drain)))
		if b.prefork(users) {
			words += preforkWords(b.SingleThreaded, users)
		} else {
			words += fmt.Sprintf("what so slow answers cost is not seen, and longer turns show it (capacity: {block: %s} in the scenario)", time.Duration(4*drain*float64(time.Second)).Round(10*time.Millisecond))
		}
		doubts = append(doubts, words)
	}
	return doubts
}

// late reports whether all turns of a target together were outlasted by its answers.
func (b Block) late(users int) bool {
	if b.Turns == 0 || b.Hits == 0 {
		return false
	}
	wait := float64(users) * b.Seconds / float64(b.Hits)
	return b.Drain > lateShare*b.Seconds && b.Drain/float64(b.Turns) > lateTimes*wait
}

// busiest is the share of its cores that the generator used in the blocks of the
// target that kept it busiest.
func busiest(quads []Quad) (most float64) {
	for _, total := range Totals(quads) {
		most = max(most, total.Generator)
	}
	return most
}
