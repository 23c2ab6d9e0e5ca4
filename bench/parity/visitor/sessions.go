package visitor

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/classibench/classibench/bench/parity/trial"
)

// Sessions know the places of answers where the baseline shows identifiers that it makes
// itself: they differ between two runs on equal data.
type Sessions struct {
	places map[string]bool           // by route and place
	fixed  map[string]map[string]int // how much more often values were equal in both runs than not, by route and place
	draws  trial.Draws               // by route and place
}

// NewSessions returns sessions that know no place.
func NewSessions() *Sessions {
	return &Sessions{places: map[string]bool{}, fixed: map[string]map[string]int{}}
}

// leastIdentifier is the least length of an identifier that is replaced in answers: a
// shorter one stands in them by chance.
const leastIdentifier = 6

// Learn adds the places in which two runs of the baseline differ, for the same sequence
// on equal data. Times are no identifiers.
func (s *Sessions) Learn(a, b []trial.Exchange) {
	for i := range min(len(a), len(b)) {
		for _, p := range pair(identifiers(a[i].Answer), identifiers(b[i].Answer)) {
			s.learn(routePlace(a[i], p.a), p.a.value, p.b.value)
		}
	}
}

func (s *Sessions) learn(place, a, b string) {
	if s.fixed[place] == nil {
		s.fixed[place] = map[string]int{}
	}
	if a == b {
		s.fixed[place][a]++
		return
	}
	s.fixed[place][a]--
	s.fixed[place][b]--
	if mayBeIdentifier(a) && mayBeIdentifier(b) {
		s.places[place] = true
	}
}

// isFixed reports whether a value is the same in each run. One of two or three that the side
// chooses from is equal in both runs at times, too.
func (s *Sessions) isFixed(place, value string) bool { return s.fixed[place][value] > 0 }

// makes reports whether the baseline makes a value at a place. A value that was equal in
// two runs is none, such as the name of a style sheet among links with keys.
func (s *Sessions) makes(place, value string) bool {
	return s.places[place] && !s.isFixed(place, value) && len(value) >= leastIdentifier && !s.chosen(place)
}

func mayBeIdentifier(value string) bool { return len(value) >= leastIdentifier && !isTime(value) }

func routePlace(e trial.Exchange, id identifier) string {
	route := e.Step.Request.Route
	if route == "" {
		route = identity(e.Step.Request)
	}
	return route + "\x00" + id.place
}

// Places returns the places of a route that hold identifiers, such as "cookie sid" and
// "link /ads/*/edit ?key", sorted. The route of a request without one is its method, URL
// and body.
func (s *Sessions) Places(route string) (all []string) {
	for place := range maps.Keys(s.places) {
		if len(place) > len(route) && place[:len(route)+1] == route+"\x00" {
			all = append(all, place[len(route)+1:])
		}
	}
	slices.Sort(all)
	return all
}

// Neutral returns the trial with the identifiers that both sides made in their
// corresponding answers replaced by equal names, so that the answers can be compared. An
// identifier that one side repeats, and the other does not, gets different names. It reads
// all answers: call it once for a trial.
func (s *Sessions) Neutral(t trial.Trial) trial.Trial {
	if len(s.places) == 0 {
		return t
	}
	f := s.Follow()
	for i := range min(len(t.Baseline), len(t.Candidate)) {
		f.pair(t.Baseline[i], t.Candidate[i])
	}
	return trial.Trial{Baseline: neutral(t.Baseline, f.names.baseline), Candidate: neutral(t.Candidate, f.names.candidate)}
}

// A Following gives neutral names as Neutral does, while a trial is played. It knows the
// identifiers of earlier steps, and not those of later ones.
type Following struct {
	sessions *Sessions
	names    *names
}

// Follow begins a trial.
func (s *Sessions) Follow() *Following { return &Following{s, newNames()} }

// Next returns the exchanges of the next step of both sides, with neutral names.
func (f *Following) Next(baseline, candidate trial.Exchange) (trial.Exchange, trial.Exchange) {
	if len(f.sessions.places) == 0 {
		return baseline, candidate
	}
	f.pair(baseline, candidate)
	return neutral([]trial.Exchange{baseline}, f.names.baseline)[0], neutral([]trial.Exchange{candidate}, f.names.candidate)[0]
}

func (f *Following) pair(baseline, candidate trial.Exchange) {
	for _, p := range pair(identifiers(baseline.Answer), identifiers(candidate.Answer)) {
		if f.sessions.makes(routePlace(baseline, p.a), p.a.value) && len(p.b.value) >= leastIdentifier {
			f.names.pair(p.a.value, p.b.value)
		}
	}
}

// names hold a neutral name for each identifier of each side.
type names struct {
	baseline, candidate map[string]string
	count               int
}

func newNames() *names {
	return &names{baseline: map[string]string{}, candidate: map[string]string{}}
}

// pair gives two identifiers the same name if both are new. If one was seen before, it
// keeps its name, and the other gets one of its own.
func (n *names) pair(a, b string) {
	_, seenA := n.baseline[a]
	_, seenB := n.candidate[b]
	name := n.next(a)
	switch {
	case !seenA && !seenB && a == b:
		n.baseline[a], n.candidate[b] = a, b
	case !seenA && !seenB:
		n.baseline[a], n.candidate[b] = name, name
	case !seenA:
		n.baseline[a] = name
	case !seenB:
		n.candidate[b] = name
	}
}

// next returns a new name. That of a number is a number, so that JSON stays valid.
func (n *names) next(like string) string {
	n.count++
	if isNumber(like) {
		return fmt.Sprintf("7%011d", n.count)
	}
	return fmt.Sprintf("%s%d", namePrefix, n.count)
}

const namePrefix = "identifier-"

// IsName reports whether a text is a neutral name of an identifier. That of a number is not
// recognized.
func IsName(text string) bool {
	number, ok := strings.CutPrefix(text, namePrefix)
	return ok && strings.Trim(number, "0123456789") == ""
}

// neutral returns exchanges with the identifiers in their answers replaced.
func neutral(all []trial.Exchange, names map[string]string) []trial.Exchange {
	r := newReplacer(names)
	all = slices.Clone(all)
	for i := range all {
		all[i].Answer = replaced(all[i].Answer, r.replace)
	}
	return all
}
