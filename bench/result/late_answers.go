package result

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/classibench/classibench/internal/unit"
)

// Stalls warns if the ratio over all blocks lies outside the interval of the quads:
// then a few quads cause most of the difference.
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
	return []Warning{{about, fmt.Sprintf("over all blocks together, %s answered %s times as many requests a second as the baseline, which is outside the interval: a few long stalls cause most of the difference", candidate, unit.Number(ratio))}}
}

// A turn ends before its slow answers arrive. If they take longer than this share of the
// turn, and than this multiple of a user's average wait, the turn misses their cost: in a
// longer turn, the users would wait for them and send fewer requests.
const (
	lateShare = 0.5
	lateTimes = 3
)

// LateAnswers reports each target whose answers outlast its turns, so that turns miss
// their cost. A server with fewer processes than users needs more processes instead of
// longer turns.
func LateAnswers(quads []Quad, users int) (reasons []string) {
	totals := Totals(quads)
	for _, name := range slices.Sorted(maps.Keys(totals)) {
		if b := totals[name]; b.lateAnswers(users) {
			reasons = append(reasons, b.lateAnswersText(name, users))
		}
	}
	return reasons
}

// overstated reports whether a target carries less than was measured, since the turns miss
// the cost of its slowest answers. It is false if users wait for a worker.
func (c *Capacity) overstated(target string) bool {
	if c == nil {
		return false
	}
	b, x := Totals(c.Quads)[target], c.Throughput[target]
	return b.lateAnswers(c.Users) && !b.prefork(c.Users) && !x.Connections.waited(x.Hits+x.Errors)
}

func (b Block) lateAnswersText(name string, users int) string {
	drain := b.Drain / float64(b.Turns)
	words := fmt.Sprintf("after its turns of %s, %s took another %s on average to answer the pending requests: ",
		unit.Seconds(b.Seconds/float64(b.Turns)), name, unit.Seconds(drain))
	if b.prefork(users) {
		return words + b.preforkWords(users)
	}
	return words + fmt.Sprintf("the turns miss the cost of such slow answers. Use longer turns (capacity: {block: %s} in the scenario)", time.Duration(4*drain*float64(time.Second)).Round(10*time.Millisecond))
}

// lateAnswers reports whether the answers of a target outlast its turns, summed over all turns.
func (b Block) lateAnswers(users int) bool {
	if b.Turns == 0 || b.Hits == 0 {
		return false
	}
	wait := float64(users) * b.Seconds / float64(b.Hits)
	return b.Drain > lateShare*b.Seconds && b.Drain/float64(b.Turns) > lateTimes*wait
}

// busyGenerator is the share of its cores above which the generator may limit a target's
// throughput.
const busyGenerator = 0.9

// GeneratorBound returns the share of its cores that the generator used in the blocks of
// the target that kept it busiest, and whether that is too much.
func GeneratorBound(quads []Quad) (busy float64, bound bool) {
	for _, total := range Totals(quads) {
		busy = max(busy, total.Generator)
	}
	return busy, busy > busyGenerator
}
