package costs

import (
	"context"
	"fmt"
	"time"

	"github.com/classibench/classibench/bench/usage"
)

// A reading is what the processes of a side used so far.
type reading struct {
	tree    *usage.Account // nil where they are not known
	gateway *usage.Account // of the gateway alone; nil where there is none of ours
}

// before reads ahead of a block, and after behind it. The gateway is asked for its counts
// outside of what is measured: first before, last after.
func (s *side) before(ctx context.Context) (reading, error) {
	c, err := s.count(ctx)
	if err != nil {
		return reading{}, err
	}
	r, err := s.read()
	return r.with(c, s.cgi), err
}

func (s *side) after(ctx context.Context) (reading, error) {
	s.awaitPrograms(ctx)
	r, err := s.read()
	if err != nil {
		return r, err
	}
	c, err := s.count(ctx)
	return r.with(c, s.cgi), err
}

// with adds what a gateway has reaped. The tree of a CGI target is the gateway and its
// programs: what the kernel shows of them elsewhere has ticks of 10 ms.
func (r reading) with(c count, cgi bool) reading {
	if cgi && r.gateway != nil {
		r.tree = &usage.Account{
			CPU: r.gateway.CPU + c.Reaped.CPU, Faults: r.gateway.Faults + c.Reaped.Faults, Switches: r.gateway.Switches + c.Reaped.Switches,
		}
	}
	return r
}

// count reads the counts of the gateway, if there is one of ours.
func (s *side) count(ctx context.Context) (count, error) {
	if s.counter == "" {
		return count{}, nil
	}
	return readCount(ctx, s.client, s.counter)
}

// read reads what /proc shows.
func (s *side) read() (r reading, err error) {
	if s.gateway > 0 {
		own, err := usage.ReadProcess(s.gateway)
		if err != nil {
			return r, fmt.Errorf("read the gateway of %s: %w", s.Name, err)
		}
		r.gateway = &own
	}
	if s.tree != nil && !s.cgi {
		all, err := s.tree.Account()
		if err != nil {
			return r, fmt.Errorf("read the processes of %s: %w", s.Name, err)
		}
		r.tree = &all
	}
	return r, nil
}

// A program may outlive its answer by a moment. It is waited for so long at most, since its
// gateway counts it when it has ended.
const (
	programTimeout = 100 * time.Millisecond
	programPause   = 500 * time.Microsecond
)

// awaitPrograms returns when no program of a CGI target is left.
func (s *side) awaitPrograms(ctx context.Context) {
	if !s.cgi {
		return
	}
	for end := time.Now().Add(programTimeout); time.Now().Before(end) && ctx.Err() == nil; time.Sleep(programPause) {
		u, err := s.tree.Read()
		if err != nil || u.Alive+u.Defunct <= 1 { // the gateway
			return
		}
	}
}
