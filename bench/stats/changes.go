package stats

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

// A Change is a point of a series from which on its values are of another
// distribution than before.
type Change struct {
	Index         int     // of the first value after the change
	Before, After float64 // medians of the stretches on both sides, up to the next changes
	P             float64 // share of shuffled stretches that look as changed as this one
}

// Changes is how to look for changes in a series. Its zero value works.
type Changes struct {
	Least        int     // values between two changes, and at both ends; 0 means 5, the least 2
	Level        float64 // a change of a larger P is none; 0 means 0.01
	Permutations int     // that P comes from; 0 means 199
	Seed         uint64  // of the permutations
}

// Find returns the changes of a series, in order. It finds them by E-Divisive
// (Matteson and James, A nonparametric approach for multiple change point
// analysis of multivariate data, JASA 109, 2014): where the energy distance
// between what lies before and what lies after is largest, the series is cut, if
// hardly any shuffling of the stretches between the cuts so far can be cut as
// well. After each cut, all are moved to where they cut best between their
// neighbours: one that is a little off would make the next look like a change.
// No shape of the noise is assumed, only that values between two changes could
// be swapped: where neighbours are alike for other reasons, it finds changes that
// are none.
//
// A series without any change is cut with probability Level. The same series
// and seed give the same changes. None of the values may be NaN. Time grows
// with the square of their number.
func (c Changes) Find(series []float64) []Change {
	c = c.withDefaults()
	var changes []Change
	for cuts := []int{0, len(series)}; ; {
		at, best := c.cut(series, cuts)
		if at == 0 {
			return describe(series, changes)
		}
		p := c.chance(series, cuts, best)
		if p > c.Level {
			return describe(series, changes)
		}
		i, _ := slices.BinarySearch(cuts, at)
		cuts = slices.Insert(cuts, i, at)
		changes = slices.Insert(changes, i-1, Change{P: p})
		c.settle(series, cuts)
		for i := range changes {
			changes[i].Index = cuts[i+1]
		}
	}
}

func (c Changes) withDefaults() Changes {
	c.Least = max(cmp.Or(c.Least, 5), 2) // a distance within a stretch needs two values
	c.Level, c.Permutations = cmp.Or(c.Level, 0.01), cmp.Or(c.Permutations, 199)
	return c
}

// describe fills in what lies on both sides of the changes.
func describe(series []float64, changes []Change) []Change {
	from := 0
	for i := range changes {
		to, at := len(series), changes[i].Index
		if i+1 < len(changes) {
			to = changes[i+1].Index
		}
		changes[i].Before, changes[i].After = medianOf(series[from:at]), medianOf(series[at:to])
		from = at
	}
	return changes
}

// cut returns where the stretches between the cuts so far are cut best, and how
// well. It returns 0 if all are too short.
func (c Changes) cut(series []float64, cuts []int) (at int, best float64) {
	e := newEnergy(len(series), c.Least)
	for i, from := range cuts[:len(cuts)-1] {
		q, where := e.largest(series[from:cuts[i+1]], 0, math.Inf(1))
		if where > 0 && (at == 0 || q > best) {
			at, best = from+where, q
		}
	}
	return at, best
}

// chance returns the share of permutations within the stretches, the series
// itself among them, that can be cut as well as the series. It stops when the
// share cannot become small any more.
func (c Changes) chance(series []float64, cuts []int, best float64) float64 {
	e := newEnergy(len(series), c.Least)
	r := rand.New(rand.NewPCG(c.Seed, uint64(len(cuts))))
	asGood, all := 1, float64(c.Permutations+1)
	for range c.Permutations {
		if e.shuffledReaches(best, slices.Clone(series), cuts, r) {
			asGood++
		}
		if float64(asGood)/all > c.Level {
			break
		}
	}
	return float64(asGood) / all
}

// settle moves each cut to where it cuts best between its neighbours, a few
// times over at most.
func (c Changes) settle(series []float64, cuts []int) {
	e := newEnergy(len(series), c.Least)
	for range 3 {
		moved := false
		for i := 1; i+1 < len(cuts); i++ {
			from, to := cuts[i-1], cuts[i+1]
			_, where := e.largest(series[from:to], to-from, math.Inf(1))
			moved = moved || from+where != cuts[i]
			cuts[i] = from + where
		}
		if !moved {
			return
		}
	}
}

// An energy is the memory to compute energy distances with, in stretches of up to
// some length.
type energy struct {
	least   int
	before  []float64 // mean of the distances of each of the first i values to the others, summed and halved
	after   []float64 // sum of the distances within x[i:end]
	inverse []float64 // 1/i
}

func newEnergy(n, least int) *energy {
	e := &energy{least: least, before: make([]float64, n+1), after: make([]float64, n+1), inverse: make([]float64, n+1)}
	for i := 1; i <= n; i++ {
		e.inverse[i] = 1 / float64(i)
	}
	return e
}

// shuffledReaches shuffles each stretch and reports whether one of them can be
// cut as well as best.
func (e *energy) shuffledReaches(best float64, series []float64, cuts []int, r *rand.Rand) bool {
	for i, from := range cuts[:len(cuts)-1] {
		x := series[from:cuts[i+1]]
		r.Shuffle(len(x), func(i, j int) { x[i], x[j] = x[j], x[i] })
		if q, _ := e.largest(x, 0, best); q >= best {
			return true
		}
	}
	return false
}

// largest returns the largest energy distance between neighbours x[:where] and
// x[where:end], over all ends of firstEnd or more: a change that a later one
// takes back would be overlooked if only all of x were cut. It stops at a
// distance of enough, and where is 0 if x is too short to be cut.
//
// The distance is mn/(m+n)·(2·E|X−Y| − E|X−X′| − E|Y−Y′|), for m values of X and
// n of Y. With the sums T, X and Y of the distances within all, within the one
// and within the other, that is
//
//	2(end−1)/end · (T/(end−1) − X/(m−1) − Y/(n−1))
//
// As the end moves on by one value, the distances to that value are added up from
// the right, which gives Y for each place to cut at once.
func (e *energy) largest(x []float64, firstEnd int, enough float64) (best float64, where int) {
	best = math.Inf(-1)
	clear(e.after[:len(x)])
	for end := 1; end <= len(x); end++ {
		e.extend(x[:end])
		if end < max(firstEnd, 2*e.least) {
			continue
		}
		within, i := e.smallest(end)
		if q := 2 * (e.before[end] - within) * float64(end-1) * e.inverse[end]; q > best {
			if best, where = q, i; best >= enough {
				return best, where
			}
		}
	}
	return best, where
}

// extend takes the last value of x in.
func (e *energy) extend(x []float64) {
	end := len(x)
	last, sum, after := x[end-1], 0.0, e.after[:end]
	for i := end - 2; i >= 0; i-- {
		sum += math.Abs(x[i] - last)
		after[i] += sum
	}
	e.before[end] = after[0] * e.inverse[max(1, end-1)]
}

// smallest returns the place to cut the first values up to end at with the
// smallest distances within both parts.
func (e *energy) smallest(end int) (within float64, where int) {
	within = math.Inf(1)
	from, to := e.least, end-e.least
	before, after := e.before[from:to+1], e.after[from:to+1]
	inverse := e.inverse[e.least-1 : end-from] // of the values right of the cut, less one
	for i, b := range before {
		if w := b + after[i]*inverse[len(inverse)-1-i]; w < within {
			within, where = w, from+i
		}
	}
	return within, where
}

// medianOf returns the median of values in any order.
func medianOf(d []float64) float64 {
	sorted := slices.Clone(d)
	slices.Sort(sorted)
	return median(sorted)
}
