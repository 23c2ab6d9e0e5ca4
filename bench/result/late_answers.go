package result

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/classibench/classibench/internal/unit"
)

// Stalls warns where the ratio of all that was measured lies outside the bounds
// that the quads give: then a few of them hold most of the difference.
func Stalls(about, candidate string, quads []Quad, low, high float64) []Warning {
	quads = QuadsOf(quads, candidate)
	if len(quads) == 0 {
		return nil
	}
	totals := Totals(quads)
	ratio := totals[candidate].rate() / totals[quads[0].Blocks[0].Target].rate()
	if !(ratio < low || ratio > high) {
		return nil
	}
	return []Warning{{about, fmt.Sprintf("over all blocks together, %s answered %s times as many requests a second as the baseline, which is outside the interval: a few long stalls count for more than the other quads show", candidate, unit.Number(ratio))}}
}

// A turn ends before slow answers do. Those that take more of the time after it than
// this share of its length, and than this many times what a user waits on average,
// keep users from coming back as they would have to in the long run.
const (
	lateShare = 0.5
	lateTimes = 3
)

// LateAnswers reports each target whose answers outlast its turns: their cost is not seen. A
// server of fewer processes than there are users needs no longer turns, but more of them.
func LateAnswers(quads []Quad, users int) (reasons []string) {
	totals := Totals(quads)
	for _, name := range slices.Sorted(maps.Keys(totals)) {
		if b := totals[name]; b.lateAnswers(users) {
			reasons = append(reasons, b.lateAnswersText(name, users))
		}
	}
	return reasons
}

// overstated reports whether a target carries less than was measured, since the turns do
// not show what its slowest answers cost. Users who wait for a worker are no such answers.
func (c *Capacity) overstated(target string) bool {
	if c == nil {
		return false
	}
	b, x := Totals(c.Quads)[target], c.Throughput[target]
	return b.lateAnswers(c.Users) && !b.prefork(c.Users) && !x.Connections.starved(x.Hits+x.Errors)
}

func (b Block) lateAnswersText(name string, users int) string {
	drain := b.Drain / float64(b.Turns)
	words := fmt.Sprintf("after its turns of %s, %s took another %s on average to answer what was under way: ",
		unit.Seconds(b.Seconds/float64(b.Turns)), name, unit.Seconds(drain))
	if b.prefork(users) {
		return words + preforkWords(b.SingleThreaded, users)
	}
	return words + fmt.Sprintf("what so slow answers cost is not seen, and longer turns show it (capacity: {block: %s} in the scenario)", time.Duration(4*drain*float64(time.Second)).Round(10*time.Millisecond))
}

// lateAnswers reports whether all turns of a target together were outlasted by its answers.
func (b Block) lateAnswers(users int) bool {
	if b.Turns == 0 || b.Hits == 0 {
		return false
	}
	wait := float64(users) * b.Seconds / float64(b.Hits)
	return b.Drain > lateShare*b.Seconds && b.Drain/float64(b.Turns) > lateTimes*wait
}

// busyGenerator is the share of its cores above which the generator may be what limits a
// target.
const busyGenerator = 0.9

// GeneratorBound is the share of its cores that the generator used in the blocks of the
// target that kept it busiest, and whether that is too much.
func GeneratorBound(quads []Quad) (busy float64, bound bool) {
	for _, total := range Totals(quads) {
		busy = max(busy, total.Generator)
	}
	return busy, busy > busyGenerator
}
