package parity

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/classibench/classibench/bench/result"
)

// result returns what was tried and found.
func (r *run) result(ctx context.Context, failed error) *result.Verification {
	if r.coverage.Sequences == 0 && len(r.reasons) == 0 && r.plan.Replay == nil {
		r.reasons = append(r.reasons, fmt.Sprintf("no sequence was tried in %v: give more time with --budget", r.plan.budget()))
	}
	v := &result.Verification{
		Schema: result.Schema, Version: r.plan.Version, Command: r.plan.Command, Scenario: r.plan.Scenario, Environment: r.plan.Environment, Targets: r.targets,
		Began: r.began.UTC().Format(time.RFC3339), Seconds: time.Since(r.began).Seconds(), Budget: r.plan.budget().Seconds(), Seed: r.plan.Seed,
		Partial: ctx.Err() != nil || failed != nil && !errors.Is(failed, errSpent),
		Reasons: r.reasons, Tried: r.tried(), Findings: []result.Finding{}, Growth: r.growth, Warnings: r.warnings,
	}
	for _, f := range r.findings {
		v.Findings = append(v.Findings, f.finding())
	}
	r.varying(v)
	v.Judge()
	return v
}

func (r *run) tried() result.Tried {
	c := r.coverage
	return result.Tried{
		Requests: c.Requests, OrderedPairs: c.Pairs(), PairsOf: c.PairsOf(), Sequences: c.Sequences,
		Visitors: c.Visitors, Restarts: r.restarts.count(), Probes: r.probes, Routes: c.Routes(),
	}
}

// varying adds what is not compared.
func (r *run) varying(v *result.Verification) {
	if r.judge == nil {
		return
	}
	for _, p := range r.judge.differ.Varying() {
		v.Varies = append(v.Varies, result.Varying{Route: p.Route, Place: string(p.Place), Examples: p.Examples, Declared: p.Declared})
	}
}

// requests counts requests in words.
func requests(n int) string {
	switch n {
	case 0:
		return "no other request"
	case 1:
		return "1 other request"
	}
	return fmt.Sprintf("%d other requests", n)
}
