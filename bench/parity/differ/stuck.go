package differ

import (
	"fmt"
	"strconv"
	"time"

	"github.com/classibench/classibench/bench/parity/trial"
)

// Stuck returns the masked places whose values are always new for the baseline, while
// the candidate repeats one. base and cand are the exchanges of both sides with the same
// steps: base[i] and cand[i] have the same one. They may come from several lives of the
// candidate, one after the other. There is one difference for each place; its First and
// Again are indexes of cand.
//
// Always new means that at least three values are known, here and from Learn, and that
// none is repeated: not in another run that Note has read either. Values are judged if a repetition is no chance: tokens of random
// characters, and numbers if the candidate's are all the same. A clock is judged only by
// two steps that were, on both sides, more than twice its resolution apart: it is stuck
// if the baseline's time moved with the answers, and the candidate's did not.
func (d *Differ) Stuck(base, cand []trial.Exchange) []Difference {
	s := seriesSet{differ: d, byKey: map[string]*series{}}
	for i := range min(len(base), len(cand)) {
		s.add(i, base[i], cand[i])
	}
	var found []Difference
	for _, one := range s.all {
		if i, j, stuck := one.stuck(); stuck && len(found) < mostDifferences {
			found = append(found, one.difference(i, j))
		}
	}
	return found
}

// A series is a masked value of several exchanges.
type series struct {
	place  Place
	known  []string // values that were learned
	id     string   // of the value for draws
	again  bool     // two runs of the baseline had the same value
	drawn  int      // number of the baseline's values in all runs
	ids    map[string]bool
	points []point
}

// A point is the value of one exchange on both sides.
type point struct {
	step       int
	base, cand string
	baseAnswer trial.Answer
	candAnswer trial.Answer
}

type seriesSet struct {
	differ *Differ
	byKey  map[string]*series
	all    []*series
}

// add reads the masked values of an exchange.
func (s *seriesSet) add(step int, base, cand trial.Exchange) {
	request, form := base.Step.Request, formOf(base.Answer)
	if base.Answer.Failure != "" || cand.Answer.Failure != "" {
		return
	}
	b, c := s.differ.read(request, base.Answer, form), s.differ.read(request, cand.Answer, form)
	s.differ.mu.Lock()
	defer s.differ.mu.Unlock()
	m := s.differ.masks(route(request))
	if m.broken != "" {
		return
	}
	ours, theirs := m.valuesOf(b), m.valuesOf(c)
	for _, v := range ours.all {
		if other, ok := theirs.byKey[v.key]; ok && v.single && other.single {
			s.series(route(request), v).points = append(s.series(route(request), v).points, point{step, v.text, other.text, base.Answer, cand.Answer})
		}
	}
}

func (s *seriesSet) series(route string, v *maskedValue) *series {
	key := route + hole + v.key
	if s.byKey[key] == nil {
		draws, id := &s.differ.masks(route).draws, v.drawnAt()
		s.byKey[key] = &series{place: v.place, ids: map[string]bool{}, id: id, again: draws.Repeats(id, nil), drawn: draws.Distinct(id)}
		s.all = append(s.all, s.byKey[key])
		s.byKey[key].learned(v)
	}
	return s.byKey[key]
}

// learned adds the values that the mask was learned from.
func (s *series) learned(v *maskedValue) {
	for _, t := range v.mask.templates {
		for _, sample := range t.samples {
			values, _ := t.match(sample.text)
			if v.hole < len(values) && !s.ids[sample.answer] {
				s.ids[sample.answer] = true
				s.known = append(s.known, values[v.hole])
			}
		}
	}
}

// stuck returns the indexes of two points between which the candidate's value should
// have changed.
func (s *series) stuck() (first, again int, stuck bool) {
	if c, ok := s.clocks(); ok {
		return c.stuck()
	}
	if !s.alwaysNew() || !repeated(s.values()) {
		return 0, 0, false
	}
	for j := range s.points {
		for i := range j {
			if s.points[i].cand == s.points[j].cand {
				return i, j, true
			}
		}
	}
	return 0, 0, false
}

// leastNew is the number of values from which a baseline's value counts as always new.
const leastNew = 3

func (s *series) alwaysNew() bool {
	base, _ := s.values()
	return !s.again && len(base) >= leastNew && distinct(base) == len(base)
}

// values returns the known values of the baseline, and those of the candidate.
func (s *series) values() (base, cand []string) {
	base = append(base, s.known...)
	for _, p := range s.points {
		if !s.ids[identity(p.baseAnswer)] {
			base = append(base, p.base)
		}
		cand = append(cand, p.cand)
	}
	return base, cand
}

func distinct(values []string) int {
	seen := map[string]bool{}
	for _, v := range values {
		seen[v] = true
	}
	return len(seen)
}

func (s *series) difference(i, j int) Difference {
	a, b := s.points[i], s.points[j]
	base, _ := s.values()
	return Difference{
		Place: s.place, Stuck: true, First: a.step, Again: b.step, Value: s.id, Drawn: max(s.drawn, len(base)),
		Want: fmt.Sprintf("%s, then %s", shorten(a.base), shorten(b.base)),
		Got:  fmt.Sprintf("%s, then %s%s", shorten(a.cand), shorten(b.cand), later(a.candAnswer, b.candAnswer)),
	}
}

func later(a, b trial.Answer) string {
	if d := b.At.Sub(a.At); d > 0 {
		return " after " + strconv.FormatFloat(d.Seconds(), 'g', 2, 64) + " s"
	}
	return ""
}

// took is the uncertainty of the time at which a program read its clock.
func took(a, b trial.Answer) time.Duration { return a.Took + b.Took }
