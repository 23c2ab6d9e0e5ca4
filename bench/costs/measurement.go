package costs

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/bench/target"
	"github.com/classibench/classibench/scenarios"
)

// A measurement is a run of a Plan.
type measurement struct {
	plan     *Plan
	began    time.Time
	dir      string
	mix, any *load.Requests // the requests of the mix; any accepts every answer with status 200
	targets  []*side
	process  *side            // the smallest process; nil if there is none
	runtimes map[string]*side // the least program of the kind of a target's, by its name
	found    result.Costs     // names and reasons so far
}

// run starts all targets, with counting gateways, and measures them.
func (m *measurement) run(ctx context.Context) error {
	started := make([]target.Target, len(m.plan.Candidates)) // without the counters
	all := slices.Clone(m.plan.Candidates)
	for i, c := range all {
		all[i].Fresh = func(ctx context.Context) (t target.Target, err error) {
			started[i], err = c.Fresh(ctx)
			return counted(started[i], counterPath), err
		}
	}
	return instance.Run(ctx, all, false, m.options(), func(ctx context.Context, up []*instance.Instance) (err error) {
		defer func() { err = errors.Join(err, m.stop()) }()
		for i, e := range up {
			s, err := newSide(ctx, e, started[i], m.mix)
			if err != nil {
				return err
			}
			m.targets, m.found[s.Name] = append(m.targets, s), result.TargetCosts{Missing: map[string]string{}}
		}
		for _, s := range m.targets {
			if s.cgi {
				m.startBeside(ctx, s)
			}
		}
		return m.measure(ctx)
	})
}

func (m *measurement) options() load.Options { return load.Options{Timeout: m.plan.Timeout} }

// draw prepares the requests.
func (m *measurement) draw() (err error) {
	s := m.plan.Scenario
	any := slices.Clone(s.Mix)
	for i := range any {
		any[i].Expect = scenarios.Expect{}
	}
	if m.mix = m.plan.Requests; m.mix == nil {
		m.mix, err = load.NewRequests(s.Mix, s.Draw, m.plan.Pools, m.plan.Seed)
	}
	if err == nil {
		m.any, err = load.NewRequests(any, s.Draw, m.plan.Pools, m.plan.Seed)
	}
	if record := m.mix.Record(); err == nil && record != nil {
		m.any = m.any.Recorded(record)
	}
	return err
}

// startBeside starts the programs that show the parts of a CGI target's costs. If one cannot
// be made or started, it records the reason.
func (m *measurement) startBeside(ctx context.Context, s *side) {
	missing := m.found[s.Name].Missing
	begin := func(part string, t target.Target, err error) (beside *side) {
		if err == nil {
			beside, err = m.startProgram(ctx, t, part)
		}
		if err != nil {
			missing[part] = firstLine(err)
		}
		return beside
	}
	dir, err := os.MkdirTemp(m.dir, "")
	if err != nil {
		missing[result.PartProcess], missing[result.PartRuntime] = firstLine(err), firstLine(err)
		return
	}
	if m.process == nil {
		t, err := smallest(s.target, dir)
		m.process = begin(result.PartProcess, t, err)
	}
	m.tell("making the least program of the kind of "+s.Name, m.plan.Length)
	l, err := leastOf(ctx, s.target, dir)
	if r := begin(result.PartRuntime, l.target, err); r != nil {
		m.runtimes[s.Name] = r
		c := m.found[s.Name]
		c.Program = l.about
		m.found[s.Name] = c
	}
}

func (m *measurement) startProgram(ctx context.Context, t target.Target, name string) (*side, error) {
	t.Name = name
	e, err := instance.Start(ctx, instance.Candidate{
		Target: result.Target{Name: name, Kind: t.Kind},
		Fresh:  func(context.Context) (target.Target, error) { return counted(t, counterPath), nil },
	}, m.options())
	if err != nil {
		return nil, err
	}
	s, err := newSide(ctx, e, t, m.any)
	if err != nil {
		return nil, errors.Join(err, e.Stop())
	}
	return s, nil
}

func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}

// programs returns the least programs, which run beside the targets.
func (m *measurement) programs() (all []*side) {
	for _, s := range m.targets {
		if r := m.runtimes[s.Name]; r != nil {
			all = append(all, r)
		}
	}
	if m.process != nil {
		all = append(all, m.process)
	}
	return all
}

// sides returns all sides that take turns.
func (m *measurement) sides() []*side { return slices.Concat(m.targets, m.programs()) }

// stop stops all programs except the targets.
func (m *measurement) stop() error {
	var errs []error
	for _, s := range m.sides() {
		errs = append(errs, s.release())
	}
	for _, s := range m.programs() {
		errs = append(errs, s.Stop())
	}
	return errors.Join(errs...)
}
