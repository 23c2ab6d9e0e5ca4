package load

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/classibench/classibench/scenarios"
)

// A template is text with placeholders.
type template []part

// A part is literal text, or the number of a placeholder.
type part struct {
	text   string
	number int                 // counted from 1
	escape func(string) string // for the value; nil leaves it unchanged
}

var errUnknown = errors.New("unknown placeholder")

// A place is a part of a request, with the escaping for it. A nil function leaves
// text unchanged.
type place struct {
	text  func(string) string // for the scenario's text
	value func(string) string // for a drawn value
	raw   func(string) string // for a drawn value of {name...}
}

// parse splits text at its placeholders.
func parse(text string, numbers map[string]int, at place) (template, error) {
	var t template
	for _, p := range scenarios.Parts(text) {
		n, known := numbers[p.Draw]
		switch {
		case p.Draw == "":
			t = append(t, part{text: apply(at.text, p.Text)})
		case !known:
			return nil, fmt.Errorf("%w {%s}", errUnknown, p.Draw)
		case p.Raw:
			t = append(t, part{number: n + 1, escape: at.raw})
		default:
			t = append(t, part{number: n + 1, escape: at.value})
		}
	}
	return t, nil
}

func apply(escape func(string) string, s string) string {
	if escape == nil {
		return s
	}
	return escape(s)
}

func (t template) fill(b []byte, s *state, pools []pool) []byte {
	for _, p := range t {
		if p.number == 0 {
			b = append(b, p.text...)
			continue
		}
		b = append(b, apply(p.escape, s.value(pools, p.number-1))...)
	}
	return b
}

// string is like fill, but optimized for a template without placeholders.
func (t template) string(s *state, pools []pool) string {
	if len(t) == 1 && t[0].number == 0 {
		return t[0].text
	}
	return string(t.fill(nil, s, pools))
}

// newPool returns the values of a draw. Lists of ids of the data set, and ranges,
// are scattered, because the popularity of ads does not depend on their age. Other
// lists begin with their most popular value.
func newPool(d scenarios.Draw, pools map[string]Pool) (pool, error) {
	p := pool{zipf: d.Zipf}
	switch {
	case len(d.List) > 0:
		p.Pool = values(d.List)
	case len(d.Range) == 2:
		p.Pool, p.scatter = numberRange{d.Range[0], d.Range[1]}, true
	default:
		p.Pool, p.scatter = pools[d.From], d.From == "ads" || d.From == "photos"
	}
	switch {
	case p.Pool == nil:
		return p, fmt.Errorf("the data set has no list %q", d.From)
	case p.Len() == 0:
		return p, fmt.Errorf("the data set's list %q is empty", d.From)
	}
	return p, nil
}

type values []string

func (v values) Len() int        { return len(v) }
func (v values) At(i int) string { return v[i] }

type numberRange struct{ low, high int64 }

func (r numberRange) Len() int        { return int(r.high - r.low + 1) }
func (r numberRange) At(i int) string { return strconv.FormatInt(r.low+int64(i), 10) }
