package load

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/classibench/classibench/scenarios"
)

// A template is text with placeholders.
type template []part

// A part is literal text, or the number of a placeholder.
type part struct {
	text   string
	number int
	escape func(string) string // of the value; nil leaves it as it is
}

var errUnknown = errors.New("unknown placeholder")

// parse splits text at its {placeholders}.
func parse(text string, numbers map[string]int, escape func(string) string) (template, error) {
	var t template
	for text != "" {
		open := strings.IndexByte(text, '{')
		if open < 0 {
			return append(t, part{text: text}), nil
		}
		name, rest, closed := strings.Cut(text[open+1:], "}")
		if !closed {
			return append(t, part{text: text}), nil
		}
		n, known := numbers[name]
		if !known {
			return nil, fmt.Errorf("%w {%s}", errUnknown, name)
		}
		if open > 0 {
			t = append(t, part{text: text[:open]})
		}
		t = append(t, part{number: n + 1, escape: escape})
		text = rest
	}
	return t, nil
}

func (t template) fill(b []byte, s *state, pools []pool) []byte {
	for _, p := range t {
		if p.number == 0 {
			b = append(b, p.text...)
			continue
		}
		v := s.value(pools, p.number-1)
		if p.escape != nil {
			v = p.escape(v)
		}
		b = append(b, v...)
	}
	return b
}

func newRoute(m scenarios.Route, numbers map[string]int) (r route, err error) {
	r = route{method: m.Method, status: m.Expect.Status, form: len(m.Form) > 0}
	if r.status == 0 {
		r.status = 200
	}
	if r.path, err = parsePath(m.Path, numbers); err != nil {
		return r, err
	}
	if r.marker, err = parse(m.Expect.Body, numbers, nil); err != nil {
		return r, err
	}
	for name, value := range m.Header {
		t, err := parse(value, numbers, nil)
		if err != nil {
			return r, err
		}
		r.headers = append(r.headers, header{name, t})
	}
	r.body, err = parseForm(m.Form, numbers)
	return r, err
}

// parsePath escapes values as the part of the address demands that they stand
// in.
func parsePath(path string, numbers map[string]int) (template, error) {
	before, query, has := strings.Cut(path, "?")
	t, err := parse(before, numbers, url.PathEscape)
	if err != nil || !has {
		return t, err
	}
	q, err := parse("?"+query, numbers, url.QueryEscape)
	return append(t, q...), err
}

// parseForm encodes the fields as application/x-www-form-urlencoded.
func parseForm(fields []scenarios.Field, numbers map[string]int) (template, error) {
	var all template
	for i, f := range fields {
		t, err := parse(f.Value, numbers, url.QueryEscape)
		if err != nil {
			return nil, err
		}
		name := url.QueryEscape(f.Name) + "="
		if i > 0 {
			name = "&" + name
		}
		all = append(all, part{text: name})
		for _, p := range t {
			if p.number == 0 {
				p.text = url.QueryEscape(p.text)
			}
			all = append(all, p)
		}
	}
	return all, nil
}

// newPool finds the values that a draw draws from. The lists of ids of the data
// set and ranges are scattered: which ads are popular has nothing to do with
// their age. Other lists begin with their most popular value.
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
