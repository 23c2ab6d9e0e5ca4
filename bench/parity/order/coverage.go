package order

import "github.com/classibench/classibench/bench/parity/trial"

// A Coverage counts what was tried. Make it with NewCoverage.
type Coverage struct {
	Sequences int
	Requests  int // sent in them
	Visitors  int // at most in one sequence
	routes    map[string]bool
	pairs     map[[2]string]bool
}

// NewCoverage returns the coverage of the routes of some requests, with nothing tried.
func NewCoverage(requests []trial.Request) *Coverage {
	c := &Coverage{routes: map[string]bool{}, pairs: map[[2]string]bool{}}
	for _, r := range requests {
		c.routes[r.Route] = true
	}
	return c
}

// Add counts a sequence that was sent. Steps that were sent at the same time have no
// order: they make no pairs.
func (c *Coverage) Add(s trial.Sequence) {
	c.Sequences++
	c.Requests += len(s)
	c.Visitors = max(c.Visitors, visitorsOf(s))
	for i := 1; i < len(s); i++ {
		from, to := s[i-1], s[i]
		if from.Batch == 0 && to.Batch == 0 && c.routes[from.Request.Route] && c.routes[to.Request.Route] {
			c.pairs[[2]string{from.Request.Route, to.Request.Route}] = true
		}
	}
}

// Routes returns the number of routes.
func (c *Coverage) Routes() int { return len(c.routes) }

// Pairs returns the number of ordered pairs of routes that were seen next to each other.
// A route after itself is a pair, too.
func (c *Coverage) Pairs() int { return len(c.pairs) }

// PairsOf returns the number of ordered pairs that there are.
func (c *Coverage) PairsOf() int { return len(c.routes) * len(c.routes) }
