package bench

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/classibench/classibench/bench/answers"
	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/scenarios"
)

const (
	maxLearned   = 300 // learned requests of all routes that draw them
	maxRepeated  = 50  // draws without a new request, after which a route has no more
	learningTime = 10 * time.Second
	maxPage      = 1 << 20 // bytes of an answer that are read
	maxOthers    = 12      // other pages that a marker is compared with
)

// expectations learns the right answers of the routes that expect those of the baseline. Each
// distinct request is sent to the baseline twice. If a route draws its requests, as many as
// possible are learned in the time; the others expect the common part of these.
type expectations struct {
	base     *instance.Instance
	requests *load.Requests
	mix      []scenarios.Route
	pages    []learnedPage
	warnings []result.Warning
}

// A learnedPage is the baseline's answers to one request.
type learnedPage struct {
	route   int
	n       uint64 // of the route's requests
	key     string
	request string // method and address
	same    []answers.Answer
	right   load.Expectation
}

// expectsBaseline reports whether a route expects the answers of the baseline.
func expectsBaseline(r scenarios.Route) bool { return r.Expect.Baseline }

// learn sends the requests to the baseline, and returns them with the expected answers. The
// error is a *BaselineError if the baseline gives no answer that could be a right one.
func (e *expectations) learn(ctx context.Context) (*load.Requests, error) {
	end := time.Now().Add(learningTime)
	for i, r := range e.mix {
		if expectsBaseline(r) {
			if err := e.learnRoute(ctx, i, end); err != nil {
				return nil, err
			}
		}
	}
	if err := e.someRight(); err != nil {
		return nil, err
	}
	e.choose()
	requests := e.requests
	for i, r := range e.mix {
		if expectsBaseline(r) {
			all, each := e.of(i)
			requests = requests.Expect(i, all, each)
		}
	}
	return requests, nil
}

// someRight returns an error if the baseline answers every request with an error: then the
// paths are wrong, and error pages would be measured.
func (e *expectations) someRight() error {
	known := func(r scenarios.Route) bool { return !expectsBaseline(r) }
	right := func(p learnedPage) bool { return p.same[0].Status < 400 }
	if len(e.pages) == 0 || slices.ContainsFunc(e.mix, known) || slices.ContainsFunc(e.pages, right) {
		return nil
	}
	a := e.pages[0].same[0]
	return &BaselineError{Target: e.base.Name, Request: e.pages[0].request, Problem: fmt.Sprintf("answered with status %d: “%s”, and it has no other answer than errors", a.Status, a.Excerpt())}
}

// learnRoute asks for each different request of a route. The first is asked for however
// late it is.
func (e *expectations) learnRoute(ctx context.Context, route int, end time.Time) error {
	requests, seen := e.requests.Only(route), map[string]bool{}
	var q load.Request
	for n, repeated := uint64(0), 0; repeated < maxRepeated; n++ {
		requests.Fill(&q, n)
		if key := q.Key(); seen[key] {
			repeated++
		} else {
			seen[key], repeated = true, 0
			p := learnedPage{route: route, n: n, key: key, request: q.Method + " " + string(q.URI)}
			if err := e.ask(ctx, &p, requests); err != nil {
				return err
			}
			e.pages = append(e.pages, p)
		}
		if !requests.Varies(route) || time.Now().After(end) || len(e.pages) >= maxLearned {
			return nil
		}
	}
	return nil
}

// ask sends a request to the baseline twice. One that changes data is sent once more
// before: the first answer may be about a change that the others do not make.
func (e *expectations) ask(ctx context.Context, p *learnedPage, requests *load.Requests) error {
	times := 2
	if !e.mix[p.route].Safe() {
		times = 3
	}
	for i := range times {
		r := replyOf(ctx, e.base, requests, p.n)
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case r.err != nil:
			return &BaselineError{e.base.Name, p.request, fmt.Sprintf("gave no answer: %v", r.err), false}
		case r.Status >= 500:
			return &BaselineError{e.base.Name, p.request, fmt.Sprintf("answered with status %d: “%s”", r.Status, r.Excerpt()), false}
		}
		r.Body = r.Body[:min(len(r.Body), maxPage)]
		if i >= times-2 {
			p.same = append(p.same, r.Answer)
		}
	}
	if a, b := p.same[0], p.same[1]; a.Status != b.Status {
		return &BaselineError{e.base.Name, p.request, fmt.Sprintf("answered with status %d and then with %d: “%s” and “%s”", a.Status, b.Status, a.Excerpt(), b.Excerpt()), true}
	}
	return nil
}

// choose finds a marker for each page, if possible a text that other pages do not contain.
func (e *expectations) choose() {
	for i := range e.pages {
		p := &e.pages[i]
		var others []answers.Answer
		for _, other := range e.pages {
			if other.key != p.key && len(others) < maxOthers && string(other.same[0].Body) != string(p.same[0].Body) {
				others = append(others, other.same[0])
			}
		}
		p.right = load.Expectation{Status: p.same[0].Status, Marker: answers.Marker(p.same, others...)}
	}
	e.warnings = append(e.warnings, doubts(e.base.Name, e.pages)...)
}

// of returns the expected answer of a route's requests: that of all, and that of each learned
// request.
func (e *expectations) of(route int) (all load.Expectation, each map[string]load.Expectation) {
	each = map[string]load.Expectation{}
	var firsts []answers.Answer
	for _, p := range e.pages {
		if p.route == route {
			each[p.key] = p.right
			firsts = append(firsts, p.same[0])
		}
	}
	if len(firsts) == 1 {
		for _, right := range each {
			return right, nil
		}
	}
	all = load.Expectation{Status: firsts[0].Status}
	if slices.ContainsFunc(firsts, func(a answers.Answer) bool { return a.Status != all.Status }) {
		return load.Expectation{}, each
	}
	all.Marker = answers.Marker(firsts)
	return all, each
}

// A BaselineError reports a baseline whose answer cannot be the right one.
type BaselineError struct {
	Target  string
	Request string // method and address
	Problem string
	Varies  bool // its answers differ from each other
}

func (e *BaselineError) Error() string {
	return fmt.Sprintf("%s defines the right answers, but to %s it %s", e.Target, e.Request, e.Problem)
}
