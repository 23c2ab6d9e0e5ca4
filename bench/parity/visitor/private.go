package visitor

import (
	"github.com/classibench/classibench/bench/parity/trial"
)

// A secret is an identifier that both sides made for a visitor: the baseline shows its
// own to no other one.
type secret struct {
	visitor             int
	since               int // index of the exchange
	baseline, candidate string
}

// Leaks returns, by the index of the step, the identifiers in the candidate's answers
// that it made for another visitor before, and that the baseline shows to nobody else:
// keys in links, hidden fields, cookies and numbers of new rows.
func (s *Sessions) Leaks(t trial.Trial) map[int][]Leak {
	leaks := map[int][]Leak{}
	secrets := s.secrets(t)
	for i, e := range t.Candidate {
		answer := newContents(e.Answer)
		for _, x := range secrets {
			if x.visitor == e.Step.Visitor || x.since >= i {
				continue
			}
			if l, found := answer.find(x.candidate); found {
				l.Visitor, l.Value = x.visitor, x.candidate
				leaks[i] = append(leaks[i], l)
			}
		}
	}
	return leaks
}

// secrets returns the identifiers that belong to one visitor.
func (s *Sessions) secrets(t trial.Trial) (all []secret) {
	shown := make([]contents, len(t.Baseline))
	for i, e := range t.Baseline {
		shown[i] = newContents(e.Answer)
	}
	known := map[string]bool{}
	for i := range min(len(t.Baseline), len(t.Candidate)) {
		for _, p := range pair(identifiers(t.Baseline[i].Answer), identifiers(t.Candidate[i].Answer)) {
			if known[p.b.value] || !looksRandom(p.a.value) && !s.makes(routePlace(t.Baseline[i], p.a), p.a.value) {
				continue
			}
			known[p.b.value] = true
			if v := t.Baseline[i].Step.Visitor; mayBeIdentifier(p.b.value) && isPrivate(t.Baseline, shown, p.a.value, v) {
				all = append(all, secret{v, i, p.a.value, p.b.value})
			}
		}
	}
	return all
}

// isPrivate reports whether the baseline shows a value to one visitor only, and no other
// one sends it.
func isPrivate(all []trial.Exchange, shown []contents, value string, visitor int) bool {
	for i, e := range all {
		if e.Step.Visitor != visitor && (shown[i].holds(value) || sends(e.Sent, value)) {
			return false
		}
	}
	return true
}
