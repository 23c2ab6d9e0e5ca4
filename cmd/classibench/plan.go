package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime/debug"
	"time"

	"github.com/classibench/classibench/bench"
	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/bench/target"
	"github.com/classibench/classibench/bench/usage"
	"github.com/classibench/classibench/internal/classifieds/dataset"
	"github.com/classibench/classibench/internal/classifieds/store"
	"github.com/classibench/classibench/scenarios"
)

// plan prepares all that compare measures: the scenario, the machine, the
// programs and their data. What lasts no longer than the run goes below dir.
func (p *program) plan(ctx context.Context, o compareOptions, dir string) (*bench.Plan, error) {
	s, digest, err := loadScenario(o.scenario)
	if err != nil {
		return nil, err
	}
	if o.quick {
		s = s.Quick()
	}
	if err := setBudget(s, o.budget); err != nil {
		return nil, err
	}
	if len(s.Targets) == 0 {
		s.Targets = builtinPair
	}
	plan := &bench.Plan{Scenario: s, Digest: digest, Seed: o.seed, Warnings: target.Withheld(s)}
	on, err := p.ground(ctx, plan, o.noPin, needsData(s), dir)
	if err != nil {
		return nil, err
	}
	if on.cpus, err = p.coresFor(s.Targets, &plan.Environment); err != nil {
		return nil, err
	}
	if plan.Candidates, err = p.candidates(ctx, s.Targets, on); err != nil {
		return nil, err
	}
	return plan, p.pin(plan)
}

// setBudget sets the time for measuring capacity, if one is asked for.
func setBudget(s *scenarios.Scenario, budget time.Duration) error {
	if budget == 0 {
		return nil
	}
	if budget < time.Second {
		return usageError(fmt.Errorf("--budget %v is less than a second", budget), "55s is what most scenarios take; give more for a narrower interval, such as --budget 3m")
	}
	s.Capacity.Budget = budget
	return nil
}

// builtinPair is what is compared where a scenario names nothing else.
var builtinPair = []scenarios.Target{{Name: "cgi", Builtin: "cgi"}, {Name: "persistent", Builtin: "persistent"}}

// ground completes a plan with all that does not depend on who is compared, and
// says where candidates will perform.
func (p *program) ground(ctx context.Context, plan *bench.Plan, share, data bool, dir string) (stage, error) {
	plan.Environment, plan.Version = p.environment(share), version()
	plan.Command = append([]string{"classibench"}, p.args...)
	on := stage{dir: dir, cpus: plan.Environment.TargetCPUs}
	if !data {
		return on, nil
	}
	var err error
	if on.data, err = p.data(ctx, plan.Scenario); err != nil {
		return on, err
	}
	plan.Pools, err = pools(ctx, on.data)
	return on, err
}

// pin keeps this process on the generator's cores, from here on.
func (p *program) pin(plan *bench.Plan) error {
	if err := usage.PinSelf(plan.Environment.LoadCPUs); err != nil {
		return usageError(err, "--no-pin measures without cores of their own")
	}
	return nil
}

// loadScenario reads a scenario, with the digest of its source.
func loadScenario(name string) (*scenarios.Scenario, string, error) {
	src, err := scenarios.Read(name)
	if errors.Is(err, scenarios.ErrUnknown) {
		return nil, "", usageError(err, "\"classibench scenario list\" lists them; a file's name ends in .yaml or holds a slash")
	}
	if err != nil {
		return nil, "", usageError(err, "\"classibench scenario show browse > mine.yaml\" gives one to start from")
	}
	s, err := scenarios.Parse(name, src)
	if err != nil {
		return nil, "", usageError(err, "")
	}
	sum := sha256.Sum256(src)
	return s, hex.EncodeToString(sum[:]), nil
}

// environment describes the machine and the libraries that measure.
func (p *program) environment(share bool) result.Environment {
	e := bench.Describe(share)
	e.Versions = map[string]string{}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return e
	}
	for _, d := range info.Deps {
		switch d.Path {
		case "github.com/tsenart/vegeta/v12", "github.com/valyala/fasthttp", "github.com/mattn/go-sqlite3":
			e.Versions[d.Path] = d.Version
		}
	}
	return e
}

// data finds or makes the data set of a scenario, and returns its path.
func (p *program) data(ctx context.Context, s *scenarios.Scenario) (string, error) {
	dir, err := cacheDir("data")
	if err != nil {
		return "", err
	}
	meter := p.newMeter("making a data set of " + plural(s.Data.Ads, "ad", "ads"))
	path, err := dataset.Ensure(ctx, dir, dataset.Spec{Ads: s.Data.Ads, Seed: s.Data.Seed}, meter.update)
	meter.end()
	if err != nil && ctx.Err() == nil {
		return "", usageError(err, "is the disk full, or %s not writable? XDG_CACHE_HOME names another place", dir)
	}
	return path, err
}

// needsData reports whether a scenario draws from the data set, or has targets
// that serve it.
func needsData(s *scenarios.Scenario) bool {
	for _, d := range s.Draw {
		if d.From != "" {
			return true
		}
	}
	for _, t := range s.Targets {
		if t.Builtin != "" {
			return true
		}
	}
	return false
}

// pools are the lists of the data set that placeholders are drawn from.
func pools(ctx context.Context, data string) (map[string]load.Pool, error) {
	inventory, err := dataset.ReadInventory(ctx, data)
	switch {
	case errors.Is(err, store.ErrSchema), errors.Is(err, fs.ErrNotExist):
		return nil, usageError(err, "remove %s; it will be made again", data)
	case err != nil:
		return nil, err
	}
	all := map[string]load.Pool{}
	for name, pool := range inventory.Pools() {
		all[name] = pool
	}
	return all, nil
}

// checkOut makes sure, before anything is measured, that the report can be
// written.
func (p *program) checkOut(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return usageError(fmt.Errorf("make the directory for the report: %w", err), "choose another with --out")
	}
	probe, err := os.CreateTemp(dir, ".probe-")
	if err != nil {
		return usageError(fmt.Errorf("write into the directory for the report: %w", err), "choose another with --out")
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}
