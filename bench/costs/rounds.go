package costs

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/unit"
)

const (
	wantedRounds = 12
	leastRounds  = 4
	fewestRounds = 2   // that have an interval
	mostOver     = 3   // times its length that a measurement may take where requests are slow
	wrongShare   = 0.1 // of the answers, above which costs mean nothing
	warmRequests = 1000
	warmShare    = 4 // of the time, one part in so many at most, for all targets that keep running
	pilotFor     = 50 * time.Millisecond
)

// measure measures rounds of all sides until the plan's time is used.
func (m *measurement) measure(ctx context.Context) error {
	for _, s := range m.sides() {
		if err := s.settle(ctx, m.plan.Length/time.Duration(warmShare*len(m.targets))); err != nil {
			return err
		}
	}
	end := m.began.Add(m.plan.Length)
	if least := time.Now().Add(m.plan.Length / 2); least.After(end) {
		end = least
	}
	routes := m.routesTime()
	round := m.divide(max(time.Until(end)-routes, m.plan.Length/4) / wantedRounds)
	most := int(mostOver * m.plan.Length / round)
	if most < fewestRounds {
		m.giveUp(round)
		return nil
	}
	for n := 0; n < most && (n < leastRounds || time.Until(end) > routes+round/2); n++ {
		m.tell(fmt.Sprintf("round %d, one user", n+1), time.Until(end))
		if err := m.round(ctx, n%2 == 1); err != nil {
			return err
		}
	}
	return m.measureRoutes(ctx, routes, end)
}

// settle warms a side up, and finds how long its answers take. The second start of a program
// finds its files in memory. A program that keeps running fills its caches with the first
// thousand requests, each of which costs some page faults: it gets so many, or as many as it
// answers within the limit.
func (s *side) settle(ctx context.Context, limit time.Duration) error {
	if s.cgi {
		if _, err := s.pilot(ctx, 1); err != nil {
			return err
		}
		_, err := s.pilot(ctx, pilotFor)
		return err
	}
	began := time.Now()
	for sent := uint64(0); sent < warmRequests && (sent == 0 || time.Since(began) < limit); {
		n, err := s.pilot(ctx, pilotFor)
		if err != nil {
			return err
		}
		sent += n
	}
	return nil
}

// pilot sends requests for so long, and returns how many.
func (s *side) pilot(ctx context.Context, length time.Duration) (sent uint64, err error) {
	r, err := s.block(ctx, s.requests, length)
	if err != nil {
		return 0, err
	}
	s.took = time.Duration(r.Seconds / float64(r.Requests) * float64(time.Second))
	return r.Requests, nil
}

// divide gives each side its part of a round that is to last so long, and returns how long it
// will last: a side sends one request at least. CGI targets get twice the time of others,
// since their requests are the slowest.
func (m *measurement) divide(round time.Duration) (lasts time.Duration) {
	parts := time.Duration(0)
	weight := func(s *side) time.Duration {
		if s.cgi && slices.Contains(m.targets, s) {
			return 2
		}
		return 1
	}
	for _, s := range m.sides() {
		parts += weight(s)
	}
	for _, s := range m.sides() {
		s.length = round * weight(s) / parts
		lasts += max(s.length, s.took)
	}
	return lasts
}

// giveUp records the reason that nothing was measured.
func (m *measurement) giveUp(round time.Duration) {
	for name := range m.found {
		m.found[name].Missing[result.PartTotal] = fmt.Sprintf("a round takes %s, and there are %s for all: give more time (--budget)", unit.Seconds(round.Seconds()), unit.Seconds(m.plan.Length.Seconds()))
	}
}

func (m *measurement) tell(detail string, left time.Duration) {
	if m.plan.Tell != nil {
		m.plan.Tell(detail, max(0, left))
	}
}

// round measures a block of each side, in their order or in reverse.
func (m *measurement) round(ctx context.Context, backwards bool) error {
	sides := m.sides()
	if backwards {
		slices.Reverse(sides)
	}
	for _, s := range sides {
		r, err := s.block(ctx, s.requests, s.length)
		if err != nil {
			return err
		}
		s.rounds = append(s.rounds, r)
	}
	return nil
}

// result returns the costs from the measured rounds.
func (m *measurement) result() result.Costs {
	out := maps.Clone(m.found)
	for _, s := range m.targets {
		c := out[s.Name]
		c.Measured.Target = s.right(c.Missing, result.PartTotal)
		if c.Measured.Target != nil {
			c.Routes = s.routeCosts(m.plan.Scenario.Mix)
		}
		if s.cgi {
			c.Measured.Process = m.process.right(c.Missing, result.PartProcess)
			c.Measured.Runtime = m.runtimes[s.Name].right(c.Missing, result.PartRuntime)
		}
		out[s.Name] = c
	}
	return out
}

// right returns the rounds of a side, unless too many of its answers were wrong.
func (s *side) right(missing map[string]string, part string) []result.CostRound {
	if s == nil {
		return nil
	}
	if wrong(s.rounds) {
		errors, requests := wrongOf(s.rounds)
		missing[part] = fmt.Sprintf("%d of %s were wrong", errors, unit.Count(requests, "answer"))
		return nil
	}
	return s.rounds
}

// wrong reports whether too many answers of some rounds were wrong.
func wrong(rounds []result.CostRound) bool {
	errors, requests := wrongOf(rounds)
	return float64(errors) > wrongShare*float64(requests)
}

func wrongOf(rounds []result.CostRound) (errors, requests uint64) {
	for _, r := range rounds {
		errors, requests = errors+r.Errors, requests+r.Requests
	}
	return errors, requests
}
