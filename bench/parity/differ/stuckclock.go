package differ

import "math"

// clocks are the times of a series on both sides.
type clocks struct {
	base, cand []clock
	points     []point
}

// clocks reads the values of a series as times. It fails if one is no time, or one of
// another form.
func (s *series) clocks() (c clocks, ok bool) {
	for _, p := range s.points {
		base, okBase := readClock(p.base)
		cand, okCand := readClock(p.cand)
		if !okBase || !okCand || base.format != cand.format || !isNear(base, p) {
			return clocks{}, false
		}
		c.base, c.cand = append(c.base, base), append(c.cand, cand)
	}
	c.points = s.points
	return c, len(s.points) > 0
}

// isNear reports whether a number of seconds since 1970 is a time near the answer's: else
// it is a number with as many digits by chance.
func isNear(c clock, p point) bool {
	const day = 86400
	return c.format != epochFormat || math.Abs(c.seconds-float64(p.baseAnswer.At.Unix())) < day
}

// stuck returns two points between which the baseline's clock moved and the candidate's
// did not.
func (c clocks) stuck() (first, again int, stuck bool) {
	for j := range c.points {
		for i := range j {
			if c.cand[i].seconds == c.cand[j].seconds && c.far(i, j) && c.moved(i, j) {
				return i, j, true
			}
		}
	}
	return 0, 0, false
}

// far reports whether two points are, on both sides, so far apart that a clock has to
// move.
func (c clocks) far(i, j int) bool {
	a, b := c.points[i], c.points[j]
	least := 2 * math.Max(c.base[i].resolution, c.cand[i].resolution)
	inBase := b.baseAnswer.At.Sub(a.baseAnswer.At) - took(a.baseAnswer, b.baseAnswer)
	inCand := b.candAnswer.At.Sub(a.candAnswer.At) - took(a.candAnswer, b.candAnswer)
	return inBase.Seconds() > least && inCand.Seconds() > least
}

// moved reports whether the baseline's time moved as far as its answers are apart.
func (c clocks) moved(i, j int) bool {
	a, b := c.points[i].baseAnswer, c.points[j].baseAnswer
	by := c.base[j].since(c.base[i])
	uncertain := c.base[i].resolution + took(a, b).Seconds()
	return by > 0 && math.Abs(by-b.At.Sub(a.At).Seconds()) <= uncertain
}
