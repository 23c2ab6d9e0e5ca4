// Package differ compares two answers to the same request, and learns which parts of
// an answer vary by themselves.
//
// Begin with [New]. [Differ.Learn] takes pairs of answers of the baseline to the same
// request on equal data, [Differ.Compare] an answer of the baseline and one of the
// candidate, [Differ.Stuck] all answers of both sides to the same steps. The package
// sends nothing and reads no clock.
//
// Compared are the status, the fields of the header without those that the server adds
// (see notCompared), cookies by attribute, and the body by its type: HTML and XML by
// structure and text, JSON by value, other text by lines, all else by bytes. The order of
// fields, attributes and keys does not count, nor does the own address of a side.
//
// Masks are kept by route and place, and hold only for values of the shape that was seen.
// A place that did not differ between two answers on equal data is compared, even if it
// differs between two states of the data. So learn each state that is compared: before a
// difference counts, learn from two answers of the baseline to the same sequence.
package differ

import (
	"bytes"
	"net/http"
	"sync"

	"github.com/classibench/classibench/bench/parity/trial"
)

// A Differ compares answers. It keeps masks: the places that vary by themselves, for
// each route. Its methods may be called at the same time.
type Differ struct {
	ignored  []Ignore
	declared declarations

	mu     sync.Mutex
	routes map[string]*masks
}

// A Place is a part of an answer, in words: "status", "header Location", "cookie
// sid@Path", "html main > ul > li[3] > a@href", "json /ads/0/title", "text line 3".
type Place string

// A Difference is a place with the excerpts of both sides.
type Difference struct {
	Place     Place
	Want, Got string // of the baseline and the candidate; "nothing" if the place is not there
	Stuck     bool   // the candidate repeats a value that is always new for the baseline

	// Indexes of the exchanges with the repeated value, if it is stuck: the first
	// one, and the one that repeats it.
	First, Again int

	Value string // tells a stuck value from others at its place, for Chosen
	Drawn int    // number of the baseline's values that are known, all different, if it is stuck
}

// New returns a differ that has learned nothing yet. The error names the declaration
// that cannot be read.
func New(ignore []Ignore) (*Differ, error) {
	d := &Differ{routes: map[string]*masks{}, ignored: ignore}
	for _, i := range ignore {
		parsed, err := i.parse()
		if err != nil {
			return nil, err
		}
		d.declared = append(d.declared, parsed)
	}
	return d, nil
}

// Learn reads two answers of the baseline to the same request on equal data. Parts that
// differ between them are masked for the request's route. A mask is as narrow as the
// part that varied, and accepts only values of its shape.
func (d *Differ) Learn(request trial.Request, a, b trial.Answer) {
	form := formOf(a)
	first, second := d.read(request, a, form), d.read(request, b, form)
	d.mu.Lock()
	defer d.mu.Unlock()
	l := learner{masks: d.masks(route(request)), a: identity(a), b: identity(b)}
	l.keep(request, a, b, first, second)
	l.answers(first, second)
}

// Compare returns the differences of the candidate's answer (got) from the baseline's
// (want), without those that are masked: at most 32, in the order of the answer. It
// returns none for an unmaskable route.
func (d *Differ) Compare(request trial.Request, want, got trial.Answer) []Difference {
	form := formOf(want)
	if bytes.Equal(want.Body, got.Body) {
		form = unread
	}
	if len(want.Body)+len(got.Body) == 0 && request.Method != http.MethodHead {
		want.Header, got.Header = untyped(want.Header), untyped(got.Header)
	}
	w, g := d.read(request, want, form), d.read(request, got, form)
	d.mu.Lock()
	defer d.mu.Unlock()
	c := newComparer(d.masks(route(request)))
	if c.masks.broken == "" {
		c.answers(w, g)
	}
	return c.found
}

// masks returns those of a route.
func (d *Differ) masks(route string) *masks {
	if d.routes[route] == nil {
		d.routes[route] = newMasks()
	}
	return d.routes[route]
}

// Unmaskable returns why the baseline's answers to a route cannot be compared, such as
// a status that varies, or an empty text.
func (d *Differ) Unmaskable(route string) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.masks(route).broken
}
