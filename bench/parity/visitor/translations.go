package visitor

import (
	"github.com/classibench/classibench/bench/parity/trial"
)

// translations map identifiers of the side that answered before to those of this side.
type translations struct {
	of  map[int]map[string]translation // by visitor
	all map[string]translation         // the last of any visitor
}

// A translation is the identifier of this side. A short one, or a number, means the same
// only under the same key.
type translation struct{ key, value string }

func newTranslations() *translations {
	return &translations{of: map[int]map[string]translation{}, all: map[string]translation{}}
}

// learn pairs the identifiers in the answers of both sides to the same request. Numbers
// are those of new rows only in answers to requests that write.
func (t *translations) learn(visitor int, known, here trial.Exchange) {
	writes := !here.Step.Request.Safe()
	if t.of[visitor] == nil {
		t.of[visitor] = map[string]translation{}
	}
	for _, p := range pair(identifiers(known.Answer), identifiers(here.Answer)) {
		if looksRandom(p.a.value) || writes && p.a.value != "" {
			t.of[visitor][p.a.value] = translation{p.a.key, p.b.value}
			t.all[p.a.value] = translation{p.a.key, p.b.value}
		}
	}
}

// lookup returns the identifier for a value in a request: that of the visitor, or else the
// last of another one.
func (t *translations) lookup(visitor int, p place, text string) (string, bool) {
	for _, all := range []map[string]translation{t.of[visitor], t.all} {
		if to, found := all[text]; found && p.kind != keyword && (looksRandom(text) || to.key == p.name) {
			return to.value, true
		}
	}
	return "", false
}

// A pairing holds the identifiers of two sides at the same place.
type pairing struct{ a, b identifier }

// pair returns the n-th identifier of each place on one side with the n-th of that place
// on the other, if they are alike. Random words of a text have no
// place of their own: they are paired if there are equally many.
func pair(a, b []identifier) (all []pairing) {
	rest, skipText := byPlace(b), len(byPlace(a)[inBody]) != len(byPlace(b)[inBody])
	for _, id := range a {
		others := rest[id.place]
		if len(others) == 0 || skipText && id.place == inBody {
			continue
		}
		rest[id.place] = others[1:]
		if alike(id.value, others[0].value) {
			all = append(all, pairing{id, others[0]})
		}
	}
	return all
}

// alike reports whether two values may be identifiers of one kind: both are numbers, or both are
// not. A random word of hex digits is a number by chance.
func alike(a, b string) bool {
	return isNumber(a) == isNumber(b) || len(a) == len(b) && len(a) >= leastIdentifier
}

func byPlace(all []identifier) map[string][]identifier {
	m := map[string][]identifier{}
	for _, id := range all {
		m[id.place] = append(m[id.place], id)
	}
	return m
}
