package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/classibench/classibench/bench/parity"
	"github.com/classibench/classibench/bench/parity/differ"
	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/candidate"
	"github.com/classibench/classibench/scenarios"
)

// verifyAds is the size of the data set of a verification: each sequence gets a copy.
const verifyAds = 2000

// A verifyPlan is a verification with the scenario that it is made of.
type verifyPlan struct {
	parity.Plan
	scenario *scenarios.Scenario
	source   string // digest of the scenario
	yaml     []byte // the scenario as a file, with its targets
}

// verifyPlan returns what the flags ask for, without requests that are drawn from data.
func (p *program) verifyPlan(ctx context.Context, o *verifyOptions) (plan *verifyPlan, err error) {
	plan = &verifyPlan{}
	if plan.Ignore, err = ignores(o.ignore); err != nil {
		return nil, err
	}
	switch {
	case o.replay != "":
		err = replayPlan(plan, o)
	case o.own != nil:
		err = p.ownVerification(ctx, plan, *o)
	default:
		plan.scenario, plan.source, err = loadScenario(o.scenario)
	}
	if err != nil {
		return nil, err
	}
	plan.scenario.Data.Ads = min(plan.scenario.Data.Ads, verifyAds)
	if plan.yaml == nil {
		plan.yaml = encoded(plan.scenario)
	}
	if o.budget <= 0 {
		return nil, usageError(fmt.Errorf("--budget %v is no time", o.budget), "2m is usual")
	}
	if o.soak < 0 {
		return nil, usageError(fmt.Errorf("--soak %d is no number of requests", o.soak), "5000 finds a growth of 200 bytes a request or more")
	}
	if err := plan.newDiffer(o.masks); err != nil {
		return nil, err
	}
	view := p.newView()
	plan.Seed, plan.Budget, plan.Soak = o.seed, o.budget, o.soak
	plan.Version, plan.Command = version(), p.commandLine()
	plan.Watch = func(g parity.Progress) { view.update(progressOf(g)) }
	plan.Logf = p.logf
	return plan, nil
}

// newDiffer makes the differ, with the masks of an earlier run.
func (plan *verifyPlan) newDiffer(masks string) error {
	d, err := differ.New(plan.Ignore)
	if err != nil {
		return err
	}
	plan.Differ = d
	return readMasks(d, masks)
}

// encoded returns a scenario as a file, with its targets.
func encoded(s *scenarios.Scenario) []byte {
	named := *s
	named.Targets = candidate.Targets(s)
	return scenarios.Encode(&named, "")
}

// ownVerification reads the targets and requests of the flags.
func (p *program) ownVerification(ctx context.Context, plan *verifyPlan, o verifyOptions) error {
	s, notes, err := o.own.scenario(ctx)
	if err != nil {
		return err
	}
	list, err := o.own.requests.list(ctx)
	if err != nil {
		return err
	}
	if err := checkSafe(list, o); err != nil {
		return err
	}
	for _, n := range notes {
		p.logf("%s", n)
	}
	var left int
	if plan.Requests, left = parity.List(list); left > 0 {
		p.logf("only the first %d different requests are tried, %d are left out", len(plan.Requests), left)
	}
	s, src, err := p.source(s)
	plan.scenario, plan.source = s, digest(src)
	return err
}

// prepare draws the requests of a scenario, and describes it.
func (plan *verifyPlan) prepare(o verifyOptions, setup *candidate.Setup) (err error) {
	plan.Environment = setup.Environment
	if plan.Requests == nil {
		if plan.Requests, err = parity.Draw(plan.scenario, setup.Pools, o.seed); err != nil {
			return fmt.Errorf("draw requests for %s: %w", plan.scenario.Name, err)
		}
	}
	s := plan.scenario
	plan.Scenario = result.Scenario{Name: s.Name, Description: s.Description, Seed: o.seed, Digest: plan.source, Routes: routesOf(plan.Requests)}
	if len(setup.Pools) > 0 {
		plan.Scenario.Ads = s.Data.Ads
	}
	return nil
}

func routesOf(requests []trial.Request) (all []string) {
	seen := map[string]bool{}
	for _, r := range requests {
		if !seen[r.Route] {
			seen[r.Route] = true
			all = append(all, r.Route)
		}
	}
	return all
}

// ignores reads what is not compared.
func ignores(specs []string) (all []differ.Ignore, err error) {
	for _, spec := range specs {
		kind, value, ok := strings.Cut(spec, ":")
		var i differ.Ignore
		switch kind {
		case "header":
			i.Header = value
		case "css":
			i.CSS = value
		case "json":
			i.JSON = value
		case "regexp":
			i.Regexp = value
		default:
			ok = false
		}
		if !ok || value == "" {
			return nil, usageError(fmt.Errorf("--ignore %q names no part of an answer", spec), "write header:NAME, css:SELECTOR, json:POINTER or regexp:EXPRESSION, as in --ignore 'css:.clock'")
		}
		all = append(all, i)
	}
	if _, err := differ.New(all); err != nil {
		return nil, usageError(fmt.Errorf("--ignore: %w", err), "")
	}
	return all, nil
}
