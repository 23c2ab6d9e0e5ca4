package stats

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

// A Change is a point in a series after which the values have a different
// distribution.
type Change struct {
	Index         int     // of the first value after the change
	Before, After float64 // medians of the segments on both sides, up to the next changes
	P             float64 // share of shuffled series that can be cut as well
}

// Changes are the settings of a search for changes in a series. The zero value
// works.
type Changes struct {
	Least        int     // minimum of values between two changes and at both ends; 0 means 5, the minimum is 2
	Level        float64 // changes with a larger P do not count; 0 means 0.01
	Permutations int     // number of permutations for P; 0 means 199
	Seed         uint64  // seed of the permutations
}

// Find returns the changes of a series, in order. It uses E-Divisive (Matteson and
// James, A nonparametric approach for multiple change point analysis of
// multivariate data, JASA 109, 2014): it cuts the series where the energy distance
// between the values before and after is largest, if almost no permutation within
// the current segments can be cut as well. After each cut, all cuts are moved to
// the best places between their neighbours: a cut at a slightly wrong place would
// make the next part look like a change. The method assumes nothing about the shape
// of the noise, only that values between two changes are exchangeable. If
// neighbours are alike for other reasons, it finds false changes.
//
// A series without a change is cut with probability Level. The same series and seed
// give the same changes. No value may be NaN. The time grows with the square of the
// number of values.
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
	c.Least = max(cmp.Or(c.Least, 5), 2) // a distance within a segment needs two values
	c.Level, c.Permutations = cmp.Or(c.Level, 0.01), cmp.Or(c.Permutations, 199)
	return c
}

// describe computes the medians on both sides of the changes.
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

// cut returns the best place to cut one of the segments between the cuts so far,
// and the energy distance there. It returns 0 if all segments are too short.
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

// chance returns the share of permutations within the segments, the series itself
// included, that can be cut as well as the series. It stops once the share is
// certain to exceed Level.
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

// settle moves each cut to the best place between its neighbours, in at most a few
// rounds.
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

// An energy is reusable memory for energy distances in segments of limited length.
type energy struct {
	least   int
	before  []float64 // half the sum, over the first i values, of each value's mean distance to the others
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

// shuffledReaches shuffles each segment, and reports whether one can then be cut as
// well as best.
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
// x[where:end], over all ends from firstEnd on. If it considered only all of x, it
// would miss a change that a later one reverts. It stops at a distance of enough.
// where is 0 if x is too short to be cut.
//
// The distance is mn/(m+n)·(2·E|X−Y| − E|X−X′| − E|Y−Y′|), for m values of X and n
// of Y. With T, X and Y as the sums of the distances within all values, within the
// first part and within the second, that is
//
//	2(end−1)/end · (T/(end−1) − X/(m−1) − Y/(n−1))
//
// When the end moves on by one value, the distances to that value are added up from
// the right, which gives Y for all places at once.
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

// extend adds the last value of x.
func (e *energy) extend(x []float64) {
	end := len(x)
	last, sum, after := x[end-1], 0.0, e.after[:end]
	for i := end - 2; i >= 0; i-- {
		sum += math.Abs(x[i] - last)
		after[i] += sum
	}
	e.before[end] = after[0] * e.inverse[max(1, end-1)]
}

// smallest returns the place to cut the first end values so that the distances
// within both parts are smallest.
func (e *energy) smallest(end int) (within float64, where int) {
	within = math.Inf(1)
	from, to := e.least, end-e.least
	before, after := e.before[from:to+1], e.after[from:to+1]
	inverse := e.inverse[e.least-1 : end-from] // for the number of values right of the cut, minus one
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
