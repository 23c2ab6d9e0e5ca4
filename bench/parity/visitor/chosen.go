package visitor

import "github.com/classibench/classibench/bench/parity/trial"

// Note reads a run of the baseline on fresh data. A place whose values vary, and come again in
// another run, has none that are made: they are chosen from a set, such as banners.
func (s *Sessions) Note(run []trial.Exchange) {
	s.draws.Begin()
	for _, e := range run {
		for _, id := range identifiers(e.Answer) {
			if mayBeIdentifier(id.value) {
				s.draws.Add(routePlace(e, id), id.value, e.Answer.At)
			}
		}
	}
}

// Chosen reports whether an identifier that leaked may be one that the baseline chooses from a set,
// and how many it has shown there.
func (s *Sessions) Chosen(l Leak) (chosen bool, of int) {
	return s.chosen(l.Made), s.draws.Distinct(l.Made)
}

// chosen reports whether the values at a place come from a set. Those that are the same in each
// run, such as keys in the data, do not tell.
func (s *Sessions) chosen(place string) bool {
	return s.places[place] && s.draws.Repeats(place, func(value string) bool { return s.isFixed(place, value) })
}
