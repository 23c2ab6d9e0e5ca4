package differ

import "github.com/classibench/classibench/bench/parity/trial"

// An Exposure is a place in the answers of both sides to one step.
type Exposure struct {
	Baseline, Candidate trial.Exchange
	Place               Place
}

// Shared reports whether what the candidate shows at a place was fixed with an earlier exposure, in
// the same life: it is a time that had passed when the request came, and that the baseline does not
// show; or the value at the earlier place, where those of the baseline differ.
func (d *Differ) Shared(earlier, later Exposure) bool {
	a, okA := d.exposed(earlier)
	b, okB := d.exposed(later)
	if !okA || !okB {
		return false
	}
	if c, ok := b.clocks(); ok {
		return c.behind(0)
	}
	return a.points[0].cand == b.points[0].cand && a.points[0].base != b.points[0].base
}

// exposed returns the masked value at a place. It is not ok if there is none.
func (d *Differ) exposed(e Exposure) (one *series, ok bool) {
	s := seriesSet{differ: d, byKey: map[string]*series{}}
	s.add(0, e.Baseline, e.Candidate)
	for _, one := range s.all {
		if one.place == e.Place {
			return one, true
		}
	}
	return nil, false
}

// behind reports whether the candidate's clock is behind the baseline's by more than the times and
// the resolutions of their answers explain.
func (c clocks) behind(i int) bool {
	p := c.points[i]
	by := c.base[i].since(c.cand[i]) + p.candAnswer.At.Sub(p.baseAnswer.At).Seconds()
	return by > 2*max(c.base[i].resolution, c.cand[i].resolution)+took(p.baseAnswer, p.candAnswer).Seconds()
}
