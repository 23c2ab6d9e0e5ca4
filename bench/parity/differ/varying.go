package differ

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A Varying is a place that is not compared by value.
type Varying struct {
	Route    string   // empty: all routes
	Place    Place    // with "[*]" for all siblings; "(order)" or "(number)" of the parts of a list
	Examples []string // of the values, at most three
	Declared bool     // by an Ignore
}

// mostExamples limits the examples of a place.
const mostExamples = 3

// Varying returns all that is not compared by value: the declared parts first, then
// the learned places of each route.
func (d *Differ) Varying() (all []Varying) {
	for _, i := range d.ignored {
		all = append(all, Varying{Route: i.Route, Place: i.place(), Declared: true})
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, route := range slices.Sorted(maps.Keys(d.routes)) {
		for _, v := range d.routes[route].varying() {
			v.Route = route
			all = append(all, v)
		}
	}
	return all
}

// place returns what is declared, in words.
func (i Ignore) place() Place {
	switch {
	case i.Header != "":
		return Place("header " + i.Header)
	case i.CSS != "":
		return Place("css " + i.CSS)
	case i.JSON != "":
		return Place("json " + i.JSON)
	}
	return Place("regexp " + i.Regexp)
}

// varying returns the masked places in order.
func (m *masks) varying() (all []Varying) {
	for _, key := range m.shown() {
		t := m.texts[key]
		all = append(all, Varying{Place: t.place, Examples: t.examples()})
	}
	for _, l := range m.lists {
		all = append(all, l.varying()...)
	}
	slices.SortFunc(all, func(a, b Varying) int { return cmp.Compare(a.Place, b.Place) })
	return slices.CompactFunc(all, func(a, b Varying) bool { return a.Place == b.Place })
}

// shown returns the keys of values, without those that a key with stars stands for.
func (m *masks) shown() (all []uint64) {
	covered := map[uint64]bool{}
	for _, key := range m.widest() {
		if !m.alike[key].allVary() || m.texts[key] == nil || covers(covered, m.alike[key].varied) {
			continue
		}
		for place := range m.alike[key].varied {
			covered[place] = true
		}
		all = append(all, key)
	}
	for key, t := range m.texts {
		if t.single && !covered[key] {
			all = append(all, key)
		}
	}
	return all
}

// widest returns the keys that name siblings, those of most places first.
func (m *masks) widest() []uint64 {
	return slices.SortedFunc(maps.Keys(m.alike), func(a, b uint64) int {
		return cmp.Or(len(m.alike[b].varied)-len(m.alike[a].varied), cmp.Compare(m.texts[a].where(), m.texts[b].where()))
	})
}

func (m *textMask) where() Place {
	if m == nil {
		return ""
	}
	return m.place
}

func covers(covered, places map[uint64]bool) bool {
	for p := range places {
		if !covered[p] {
			return false
		}
	}
	return true
}

// examples returns different values of a place.
func (m *textMask) examples() (all []string) {
	if m.blob != nil {
		return []string{fmt.Sprintf("%d to %d bytes", m.blob.min, m.blob.max)}
	}
	for _, s := range m.shuffled {
		all = append(all, shorten(s))
	}
	for _, t := range m.templates {
		for _, s := range t.samples {
			values, _ := t.match(s.text)
			if v := shorten(strings.Join(values, " … ")); !slices.Contains(all, v) && len(all) < mostExamples {
				all = append(all, v)
			}
		}
	}
	return all
}

func (l *listMask) varying() (all []Varying) {
	place := l.path.shown(looseStep)
	if l.order {
		all = append(all, Varying{Place: place + " (order)", Examples: []string{l.path.node.excerpt()}})
	}
	for _, p := range l.names {
		at := l.path.down(p.example, false).shown(func(q *path) bool { return q.loose || q.node == p.example && p.max > 1 })
		number := fmt.Sprintf("%d", p.min)
		if p.max > p.min {
			number += fmt.Sprintf(" to %d", p.max)
		}
		all = append(all, Varying{Place: at + " (number)", Examples: []string{number, p.example.excerpt()}})
	}
	return all
}
