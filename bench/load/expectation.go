package load

import "slices"

// An Expectation is what a right answer is.
type Expectation struct {
	Status int // 0: any below 500
	Marker string
}

// learned is what the requests of a route expect, where that was learned.
type learned struct {
	all  Expectation
	each map[string]Expectation // of single requests, by Key
}

// Expect returns the same list, in which requests of a route expect other answers: what
// each has for the key of a request, else all.
func (r *Requests) Expect(route int, all Expectation, each map[string]Expectation) *Requests {
	other := *r
	other.routes = slices.Clone(r.routes)
	other.routes[route].learned = &learned{all, each}
	return &other
}

// Varies reports whether the requests of a route differ.
func (r *Requests) Varies(route int) bool {
	if r.record != nil {
		return len(r.onlyRecorded(route)) > 1
	}
	at := r.routes[route]
	for _, h := range at.headers {
		if h.value.varies() {
			return true
		}
	}
	return at.path.varies() || at.body.varies()
}

func (t template) varies() bool {
	for _, p := range t {
		if p.number > 0 {
			return true
		}
	}
	return false
}

// Key returns what tells a request from others of its route.
func (q *Request) Key() string { return string(q.appendKey(nil)) }

func (q *Request) appendKey(b []byte) []byte {
	b = append(append(append(b, q.URI...), 0), q.Body...)
	for _, h := range q.Header {
		b = append(append(b, 0), h.Value...)
	}
	return b
}

// expect sets what a right answer to a request is.
func (l *learned) expect(q *Request) {
	e := l.all
	if len(l.each) > 0 {
		q.key = q.appendKey(q.key[:0])
		if one, known := l.each[string(q.key)]; known {
			e = one
		}
	}
	q.Status, q.Marker = e.Status, append(q.Marker[:0], e.Marker...)
}
