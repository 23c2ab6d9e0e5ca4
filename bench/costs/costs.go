// Package costs measures where the time of a request goes: how much CPU time each target
// uses for it, and which parts of that are the process, the runtime, the start-up and the
// work of its program.
//
// [Plan.Measure] has one user send the requests of a scenario to all targets in turn. Beside
// a CGI target it serves two more programs under the same gateway: the smallest possible
// process, and the least program of the same kind (an empty script, an empty Go program). The
// parts are differences between them, taken within each round, so that an influence of the
// machine on a whole round cancels out. A gateway that is a [Counter] reports the CPU time of
// its programs. Package result computes the parts from the rounds.
package costs

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/scenarios"
)

// A Plan describes a measurement of costs.
type Plan struct {
	Candidates []instance.Candidate // the baseline first
	Scenario   *scenarios.Scenario
	Pools      map[string]load.Pool
	Seed       int64
	Requests   *load.Requests // of the mix, with the right answers; nil draws them from the scenario
	Length     time.Duration  // about, of the whole measurement with the starts; the rounds get at least half of it
	Timeout    time.Duration  // of an answer
	Dir        string         // for generated programs; "" is the system's directory for temporary files

	Tell func(detail string, left time.Duration) // called before each round; may be nil
}

// Measure returns the costs of each target with their parts. If a part cannot be measured,
// Missing has the reason.
func (p *Plan) Measure(ctx context.Context) (_ result.Costs, err error) {
	dir, err := os.MkdirTemp(p.Dir, "costs-")
	if err != nil {
		return nil, fmt.Errorf("make a directory for the least programs: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	m := &measurement{plan: p, began: time.Now(), dir: dir, runtimes: map[string]*side{}, found: result.Costs{}}
	if err := m.draw(); err != nil {
		return nil, err
	}
	if err := m.run(ctx); err != nil {
		return nil, err
	}
	return result.EstimateCosts(m.result(), p.targets()), nil
}

func (p *Plan) targets() (all []result.Target) {
	for _, c := range p.Candidates {
		all = append(all, c.Target)
	}
	return all
}
