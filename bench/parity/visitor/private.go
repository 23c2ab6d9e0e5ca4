package visitor

import (
	"slices"
	"strings"

	"github.com/classibench/classibench/bench/parity/trial"
)

// A secret is an identifier that both sides made for a visitor: the baseline shows its
// own to no other one.
type secret struct {
	visitor   int
	candidate string
	place     string // where the baseline shows its own
}

// Leaks returns, by the index of the step, the identifiers in the candidate's answers
// that it made for another visitor, and that the baseline shows to nobody else:
// keys in links and redirects, hidden fields, cookies and members of JSON. It reads all
// answers: call it once for a trial.
func (s *Sessions) Leaks(t trial.Trial) map[int][]Leak {
	leaks := map[int][]Leak{}
	if oneVisitor(t.Candidate) {
		return leaks
	}
	secrets := s.secrets(t)
	for i, e := range t.Candidate {
		shown := newShown(e.Answer)
		for _, x := range secrets {
			if x.visitor == e.Step.Visitor || !shown.mayHold(x.candidate) {
				continue
			}
			if l, found := shown.contents.find(x.candidate); found {
				l.Visitor, l.Value, l.Made = x.visitor, x.candidate, x.place
				leaks[i] = append(leaks[i], l)
			}
		}
	}
	return leaks
}

// MayLeak reports whether the last of a candidate's answers shows an identifier that it made for
// another visitor before. Whether the baseline shows one there, too, is not known.
func (s *Sessions) MayLeak(run []trial.Exchange) bool {
	last := len(run) - 1
	base := slices.Clone(run)
	base[last].Answer = trial.Answer{}
	return len(s.Leaks(trial.Trial{Baseline: base, Candidate: run})[last]) > 0
}

func oneVisitor(all []trial.Exchange) bool {
	return !slices.ContainsFunc(all, func(e trial.Exchange) bool { return e.Step.Visitor != all[0].Step.Visitor })
}

// secrets returns the identifiers that belong to one visitor.
func (s *Sessions) secrets(t trial.Trial) (all []secret) {
	public := owners(t.Baseline)
	known := map[string]bool{}
	for i := range min(len(t.Baseline), len(t.Candidate)) {
		for _, p := range pair(identifiers(t.Baseline[i].Answer), identifiers(t.Candidate[i].Answer)) {
			place := routePlace(t.Baseline[i], p.a)
			made := looksRandom(p.a.value) && !s.chosen(place) || s.makes(place, p.a.value)
			if !made || known[p.b.value] || p.a.place == inBody || !mayBeIdentifier(p.b.value) {
				continue
			}
			known[p.b.value] = true
			if v := t.Baseline[i].Step.Visitor; public.only(p.a.value, v) {
				all = append(all, secret{v, p.b.value, place})
			}
		}
	}
	return all
}

// shown is an answer with the words in it, which are faster to search.
type shown struct {
	contents contents
	words    map[string]bool // in lower case
}

func newShown(a trial.Answer) shown {
	s := shown{newContents(a), map[string]bool{}}
	for _, c := range s.contents {
		addWords(s.words, c.text)
	}
	return s
}

// mayHold reports whether all words of a value are in the answer.
func (s shown) mayHold(value string) bool {
	all := map[string]bool{}
	addWords(all, strings.ToLower(value))
	for word := range all {
		if !s.words[word] {
			return false
		}
	}
	return len(all) > 0
}

// addWords adds the stretches of letters and digits in a text.
func addWords(to map[string]bool, text string) {
	begin := 0
	for i := range len(text) + 1 {
		if i < len(text) && isAlnum(text[i]) {
			continue
		}
		if i > begin {
			to[text[begin:i]] = true
		}
		begin = i + 1
	}
}

// words of exchanges, with the visitor who sees or sends them, or shared for several.
type ownership map[string]int

const shared = -1

func owners(all []trial.Exchange) ownership {
	o := ownership{}
	for _, e := range all {
		words := newShown(e.Answer).words
		rewrite(e.Sent, func(_ place, text string) string {
			addWords(words, strings.ToLower(text))
			return text
		})
		for word := range words {
			if v, known := o[word]; known && v != e.Step.Visitor {
				o[word] = shared
			} else {
				o[word] = e.Step.Visitor
			}
		}
	}
	return o
}

// only reports whether a visitor alone sees or sends a value: one of its words.
func (o ownership) only(value string, visitor int) bool {
	all := map[string]bool{}
	addWords(all, strings.ToLower(value))
	for word := range all {
		if v, known := o[word]; known && v == visitor {
			return true
		}
	}
	return false
}
