package result

import (
	"encoding/json"
	"math"
	"slices"

	"github.com/classibench/classibench/bench/stats"
	"github.com/classibench/classibench/internal/unit"
)

// Add adds another turn of the same target.
func (b *Block) Add(turn Block) {
	whole := b.Seconds + turn.Seconds
	if whole > 0 {
		b.Generator = (b.Generator*b.Seconds + turn.Generator*turn.Seconds) / whole
	}
	b.Target, b.Seconds = turn.Target, whole
	b.Hits, b.Errors, b.CPU = b.Hits+turn.Hits, b.Errors+turn.Errors, b.CPU+turn.CPU
	b.Turns, b.Drain = b.Turns+turn.Turns, b.Drain+turn.Drain
	b.Processes, b.Threads = max(b.Processes, turn.Processes), max(b.Threads, turn.Threads)
	b.SingleThreaded, b.Workers = max(b.SingleThreaded, turn.SingleThreaded), max(b.Workers, turn.Workers)
}

// rate returns the right answers per second.
func (b Block) rate() float64 { return float64(b.Hits) / b.Seconds }

// Totals returns the sum of all blocks of each target.
func Totals(quads []Quad) map[string]Block {
	totals := map[string]Block{}
	for _, q := range quads {
		for _, b := range q.Blocks {
			sum := totals[b.Target]
			sum.Add(b)
			totals[b.Target] = sum
		}
	}
	return totals
}

// halves returns the logarithms of the gain in A B and in B A.
func (q Quad) halves() (d [2]float64) {
	if len(q.Blocks) == 4 {
		a, b, c, e := q.Blocks[0], q.Blocks[1], q.Blocks[2], q.Blocks[3]
		d[0], d[1] = math.Log(b.rate()/a.rate()), math.Log(c.rate()/e.rate())
	}
	return d
}

// secondsOf returns the time of all blocks of the quads.
func secondsOf(quads []Quad) (sum float64) {
	for _, q := range quads {
		sum += q.seconds()
	}
	return sum
}

// seconds returns the time of all blocks of a quad.
func (q Quad) seconds() (sum float64) {
	for _, b := range q.Blocks {
		sum += b.Seconds
	}
	return sum
}

// Value returns the logarithm of the gain in the quad: the candidate's rate ÷ the
// baseline's, each over both its blocks. It is NaN if a side completed nothing.
func (q Quad) Value() float64 {
	var hits, seconds [4]float64
	for i, b := range q.Blocks[:min(4, len(q.Blocks))] {
		hits[i], seconds[i] = float64(b.Hits), b.Seconds
	}
	return stats.Quad(hits, seconds)
}

// MarshalJSON implements json.Marshaler. A quad without a value has 0 for d.
func (q Quad) MarshalJSON() ([]byte, error) {
	type plain Quad
	d := q.Value()
	if math.IsNaN(d) {
		d = 0
	}
	return json.Marshal(struct {
		plain
		D float64 `json:"d"`
	}{plain(q), d})
}

// QuadsOf returns the quads of one candidate.
func QuadsOf(quads []Quad, candidate string) []Quad {
	return slices.DeleteFunc(slices.Clone(quads), func(q Quad) bool { return q.Candidate != candidate })
}

// SeriesOf returns the values of the quads of one candidate, by session. A single quad
// counts as two values, of A B and of B A.
func SeriesOf(quads []Quad) []stats.Series {
	var all []stats.Series
	for i, q := range quads {
		if i == 0 || q.Session != quads[i-1].Session {
			all = append(all, stats.Series{})
		}
		s := &all[len(all)-1]
		if halves := q.halves(); len(quads) == 1 && finite(halves[0]+halves[1]) {
			s.At, s.D = []float64{q.At, q.At + q.seconds()/2}, halves[:]
			continue
		}
		s.At, s.D = append(s.At, q.At), append(s.D, q.Value())
	}
	return all
}

// ErrorShare returns the share of wrong answers. Without answers it is NaN, which exceeds
// no limit and is printed as unknown.
func ErrorShare(hits, errors uint64) float64 {
	if hits+errors == 0 {
		return math.NaN()
	}
	return float64(errors) / float64(hits+errors)
}

// ExcludedQuads reports quads without a value.
func ExcludedQuads(n int) string {
	return unit.Count(n, "quad was", "quads were") + " left out, since one side completed nothing in a turn: check the target's log, it may have failed at that moment"
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
