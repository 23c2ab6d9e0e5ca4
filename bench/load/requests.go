package load

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sort"
	"sync"

	"github.com/classibench/classibench/scenarios"
)

// A Pool is a numbered list of values for a placeholder.
type Pool interface {
	Len() int
	At(i int) string
}

// A Request is one hit's request and what a right answer is. Its byte slices
// are reused by the next Fill.
type Request struct {
	Route  int // index in the mix
	Method string
	URI    []byte // path and query
	Header []Field
	Type   string // media type of the body; empty for none
	Body   []byte // empty for none
	Status int    // of a right answer
	Marker []byte // that its body contains
}

// A Field is a header field of a request.
type Field struct{ Name, Value string }

// Requests is an endless list of requests: the n-th is a function of the seed
// and n, whoever asks for it and in whatever order. It may be used by many
// goroutines.
type Requests struct {
	seed   uint64
	first  uint64
	only   int // route that all are of, counted from 1; 0 is all of them
	routes []route
	until  []float64 // cumulative share of the routes
	pools  []pool    // by number of the placeholder
	states *sync.Pool
}

// A pool is a Pool with the popularity of its values.
type pool struct {
	Pool
	zipf    float64
	scatter bool // popular values stand anywhere in the list, not at its head
}

// NewRequests prepares the requests of a mix, whose placeholders are drawn as
// draw says: from the named lists, or from pools for lists of the data set.
func NewRequests(mix []scenarios.Route, draw map[string]scenarios.Draw, pools map[string]Pool, seed int64) (*Requests, error) {
	r := &Requests{seed: uint64(seed)}
	numbers := map[string]int{}
	for _, name := range slices.Sorted(maps.Keys(draw)) {
		p, err := newPool(draw[name], pools)
		if err != nil {
			return nil, fmt.Errorf("placeholder {%s}: %w", name, err)
		}
		numbers[name] = len(r.pools)
		r.pools = append(r.pools, p)
	}
	sum := 0.0
	for _, m := range mix {
		route, err := newRoute(m, numbers)
		if err != nil {
			return nil, fmt.Errorf("route %s: %w", m.Name, err)
		}
		sum += m.Weight
		r.routes, r.until = append(r.routes, route), append(r.until, sum)
	}
	for i := range r.until {
		r.until[i] /= sum
	}
	r.states = &sync.Pool{New: func() any { return newState(r.pools) }}
	return r, nil
}

// From returns the same list without its first n requests.
func (r *Requests) From(n uint64) *Requests {
	later := *r
	later.first += n
	return &later
}

// Only returns a list of requests of a single route of the mix: what else they
// ask for is drawn as before.
func (r *Requests) Only(route int) *Requests {
	single := *r
	single.only = route + 1
	return &single
}

// Safe returns a list of requests of those routes only whose method changes nothing
// (GET and HEAD, RFC 9110 §9.2.1), in the same proportions, and whether there are any.
func (r *Requests) Safe() (safe *Requests, ok bool) {
	some := *r
	some.until = make([]float64, len(r.routes))
	sum, before, last := 0.0, 0.0, -1
	for i, until := range r.until {
		if isSafe(r.routes[i].method) {
			sum, last = sum+until-before, i
		}
		before, some.until[i] = until, sum
	}
	for i := range some.until {
		switch {
		case i >= last:
			some.until[i] = 1
		case some.until[i] == 0:
			some.until[i] = -1 // not even a draw of 0 is of it
		default:
			some.until[i] /= sum
		}
	}
	return &some, last >= 0
}

func isSafe(method string) bool { return method == "GET" || method == "HEAD" }

// Fill makes q the n-th request.
func (r *Requests) Fill(q *Request, n uint64) {
	s := r.states.Get().(*state)
	defer r.states.Put(s)
	s.begin(r.seed, r.first+n)
	if q.Route = min(sort.SearchFloat64s(r.until, s.rand.Float64()), len(r.routes)-1); r.only > 0 {
		q.Route = r.only - 1
	}
	route := &r.routes[q.Route]
	q.Method, q.Status = route.method, route.status
	q.URI = route.path.fill(q.URI[:0], s, r.pools)
	q.Marker = route.marker.fill(q.Marker[:0], s, r.pools)
	q.Header = q.Header[:0]
	for _, h := range route.headers {
		q.Header = append(q.Header, Field{h.name, h.value.string(s, r.pools)})
	}
	q.Type, q.Body = route.kind, route.body.fill(q.Body[:0], s, r.pools)
}

// A state is what filling in one request needs: its own chance, and the values
// that its placeholders have already got.
type state struct {
	source *rand.PCG
	rand   *rand.Rand
	zipfs  []*rand.Zipf // by placeholder; nil draws uniformly
	drawn  []string
	known  []bool
}

func newState(pools []pool) *state {
	s := &state{source: rand.NewPCG(0, 0), zipfs: make([]*rand.Zipf, len(pools)), drawn: make([]string, len(pools)), known: make([]bool, len(pools))}
	s.rand = rand.New(s.source)
	for i, p := range pools {
		if p.zipf > 0 {
			s.zipfs[i] = rand.NewZipf(s.rand, p.zipf, 1, uint64(p.Len()-1))
		}
	}
	return s
}

func (s *state) begin(seed, n uint64) {
	s.source.Seed(seed, n)
	clear(s.known)
}

// value draws the value of a placeholder, once for each request.
func (s *state) value(pools []pool, i int) string {
	if !s.known[i] {
		s.drawn[i], s.known[i] = pools[i].At(s.index(pools[i], i)), true
	}
	return s.drawn[i]
}

func (s *state) index(p pool, i int) int {
	n := uint64(p.Len())
	if s.zipfs[i] == nil {
		return int(s.rand.Uint64N(n))
	}
	rank := s.zipfs[i].Uint64()
	if p.scatter {
		return int(scattered(rank, n))
	}
	return int(rank)
}

// scattered maps the ranks below n to each other, neighbours far apart: steps of
// a number near n divided by the golden ratio that shares no factor with n.
func scattered(rank, n uint64) uint64 {
	step := uint64(float64(n)*0.6180339887498949) | 1
	for gcd(step, n) != 1 {
		step += 2
	}
	return (rank%n*(step%n) + n/3) % n
}

func gcd(a, b uint64) uint64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
