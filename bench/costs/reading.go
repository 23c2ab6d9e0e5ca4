package costs

import (
	"context"
	"fmt"
	"time"

	"github.com/classibench/classibench/bench/usage"
)

// A reading is the resources that the processes of a side have used so far.
type reading struct {
	tree    *usage.Account // nil if they are not known
	gateway *usage.Account // of the gateway alone; nil if it is not one of ours
}

// before reads the counters ahead of a block; after reads them when it has ended. Both
// request the gateway's counts outside of the measured time: before does so first, after does
// so last.
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

// with adds the resources of the programs that a gateway has reaped. For a CGI target,
// gateway and programs replace the tree, since the kernel accounts for the tree in ticks of
// 10 ms.
func (r reading) with(c count, cgi bool) reading {
	if cgi && r.gateway != nil {
		r.tree = &usage.Account{
			CPU: r.gateway.CPU + c.Reaped.CPU, Faults: r.gateway.Faults + c.Reaped.Faults, Switches: r.gateway.Switches + c.Reaped.Switches,
		}
	}
	return r
}

// count reads the counts of the gateway, if it is one of ours.
func (s *side) count(ctx context.Context) (count, error) {
	if s.counter == "" {
		return count{}, nil
	}
	return readCount(ctx, s.client, s.counter)
}

// read reads /proc.
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

// A program may outlive its answer by a moment. Its gateway counts it when it has ended, so a
// reading waits for that, but not longer than this.
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
