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

// A Request is the request of one hit, with its expected answer. The next Fill
// reuses its byte slices.
type Request struct {
	Route  int // index in the mix
	Method string
	URI    []byte // path and query
	Header []Field
	Type   string // media type of the body; empty for none
	Body   []byte // empty for none
	Status int    // expected status; 0 is any below 500
	Marker []byte // text that the body must contain

	key []byte // see learned
}

// A Field is a header field of a request.
type Field struct{ Name, Value string }

// Requests is an endless list of requests. Request n is a function of the seed and
// n, in any order of use. Many goroutines may use it.
type Requests struct {
	seed   uint64
	first  uint64
	only   int // the only route, counted from 1; 0 means all routes
	routes []route
	until  []float64 // cumulative shares of the routes
	pools  []pool    // by placeholder
	states *sync.Pool

	record *Record  // instead of drawn requests; nil draws
	order  []uint32 // the requests of the record, in their order
}

// A pool is a Pool with the popularity of its values.
type pool struct {
	Pool
	zipf    float64
	scatter bool // popular values are spread over the list, not at its start
}

// NewRequests prepares the requests of a mix. draw gives the source of each
// placeholder: a list of its own, or a list of the data set in pools.
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

// From returns the list without its first n requests.
func (r *Requests) From(n uint64) *Requests {
	later := *r
	later.first += n
	return &later
}

// Only returns the list with requests of a single route. Their placeholders are
// drawn as before; recorded requests come once each.
func (r *Requests) Only(route int) *Requests {
	single := *r
	single.only = route + 1
	if r.record != nil {
		single.order = r.onlyRecorded(route)
	}
	return &single
}

// Safe returns a list with the routes whose method changes nothing (GET and HEAD,
// RFC 9110 §9.2.1), in the same proportions. ok is false if there are none.
func (r *Requests) Safe() (safe *Requests, ok bool) {
	if r.record != nil {
		return r.safeRecorded()
	}
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
			some.until[i] = -1 // below every draw
		default:
			some.until[i] /= sum
		}
	}
	return &some, last >= 0
}

func isSafe(method string) bool { return method == "GET" || method == "HEAD" }

// Fill makes q the n-th request.
func (r *Requests) Fill(q *Request, n uint64) {
	if r.record != nil {
		r.fillRecorded(q, r.first+n)
		return
	}
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
	if route.learned != nil {
		route.learned.expect(q)
	}
}

// A state holds the random source of one request, and the values of its
// placeholders so far.
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

// value returns the value of a placeholder, drawn once for each request.
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

// scattered is a permutation of the ranks below n that moves neighbours far apart:
// it steps by a number near n divided by the golden ratio, without a common factor
// with n.
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
