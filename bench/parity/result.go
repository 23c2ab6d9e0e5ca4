package parity

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/classibench/classibench/bench/parity/hazard"
	"github.com/classibench/classibench/bench/parity/order"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/unit"
)

// result returns what was tried and found.
func (r *run) result(ctx context.Context, failed error) *result.Verification {
	r.reasons = append(r.reasons, r.unmaskable()...)
	if why := r.refused(); why != "" {
		r.reasons = append(r.reasons, why)
	}
	if ctx.Err() != nil {
		r.reasons = append(r.reasons, fmt.Sprintf("it was interrupted after %v", time.Since(r.began).Round(100*time.Millisecond)))
	}
	if why := r.short(); why != "" && len(r.reasons) == 0 {
		r.reasons = append(r.reasons, why+": give more time with --budget")
	}
	if failed != nil && !spent(failed) && ctx.Err() == nil {
		line, _, _ := strings.Cut(failed.Error(), "\n")
		r.reasons = append(r.reasons, "it ended early: "+strings.TrimSuffix(line, "; its last output:"))
	}
	r.reasons = append(r.reasons, r.doubts()...)
	v := &result.Verification{
		Schema: result.Schema, Version: r.plan.Version, Command: r.plan.Command, Scenario: r.plan.Scenario, Environment: r.plan.Environment, Targets: r.targets,
		Began: r.began.UTC().Format(time.RFC3339), Seconds: time.Since(r.began).Seconds(), Budget: r.plan.budget().Seconds(), Seed: r.plan.Seed,
		Partial: ctx.Err() != nil || failed != nil && !spent(failed),
		Reasons: r.reasons, Tried: r.tried(), Findings: []result.Finding{}, Growth: r.growth, Warnings: r.warnings,
	}
	for _, f := range grouped(r.told()) {
		v.Findings = append(v.Findings, f.finding())
	}
	for _, g := range r.grew {
		out := g.finding()
		explain(&out, hazard.Evidence{Kind: out.Kind, Grows: []string{g.growth.Resource}})
		v.Findings = append(v.Findings, out)
	}
	r.varying(v)
	if v.Judge(); v.Verdict == result.Same {
		v.Warnings = append(v.Warnings, r.untried(v)...)
	}
	return v
}

// unmaskable returns the routes whose answers cannot be compared. An answer that varies seldom
// is known late.
func (r *run) unmaskable() (reasons []string) {
	if r.judge == nil {
		return nil
	}
	seen := map[string]bool{}
	for _, q := range r.plan.Requests {
		if why := r.judge.differ.Unmaskable(q.Route); why != "" && !seen[q.Route] {
			seen[q.Route] = true
			reasons = append(reasons, fmt.Sprintf("route %q of the baseline cannot be compared with itself: %s", q.Route, why))
		}
	}
	return reasons
}

// told returns the findings that are certain.
func (r *run) told() (all []*found) {
	for _, f := range r.findings {
		if !f.explained && f.open == "" {
			all = append(all, f)
		}
	}
	return all
}

// doubts returns why nothing can be told by the others.
func (r *run) doubts() (reasons []string) {
	for _, f := range r.findings {
		if f.open != "" {
			reasons = append(reasons, f.doubt())
		}
	}
	return reasons
}

// short returns why too little was tried to call both programs the same: a program that
// remembers something shows it after other requests only.
func (r *run) short() string {
	if r.plan.Replay != nil || len(r.plan.Requests) == 0 {
		return ""
	}
	least := order.NewCoverage(r.plan.Requests)
	least.Add(order.Opening(r.plan.Requests))
	spent := time.Since(r.began).Round(time.Second)
	tried := fmt.Sprintf("only %d of %s of routes were tried in %v", r.coverage.Pairs(), unit.Count(r.coverage.PairsOf(), "ordered pair"), spent)
	switch {
	case r.coverage.Sequences == 0:
		tried = fmt.Sprintf("no sequence was tried in %v", spent)
	case r.coverage.Pairs() >= max(1, least.Pairs()):
		return ""
	}
	return tried + r.slow()
}

// untried warns of ordered pairs of routes that were not tried before the budget was spent.
func (r *run) untried(v *result.Verification) []result.Warning {
	left := v.Tried.PairsOf - v.Tried.OrderedPairs
	if left == 0 || v.Tried.OrderedPairs == 0 || v.Partial || r.plan.Replay != nil {
		return nil
	}
	minutes := math.Ceil(v.Seconds / 60 * float64(v.Tried.PairsOf) / float64(v.Tried.OrderedPairs))
	return []result.Warning{{About: "tried", Text: fmt.Sprintf("%d of %s of routes were not tried: a request may leave behind what only one of these shows. All of them take about %s (--budget %.0fm)",
		left, unit.Count(v.Tried.PairsOf, "ordered pair"), unit.Count(int(minutes), "minute"), minutes)}}
}

// slow names the request or the data on which most of the time may have been spent.
func (r *run) slow() string {
	route, took := r.limits.longest()
	switch l := r.limits; {
	case l.restore >= max(took, time.Second):
		return fmt.Sprintf(", and it takes %v or more to restore the data of %s", l.restore.Round(100*time.Millisecond), l.data)
	case took < time.Second:
		return ""
	}
	return fmt.Sprintf(", and the baseline takes up to %v to answer %s", took.Round(100*time.Millisecond), route)
}

func (r *run) tried() result.Tried {
	c := r.coverage
	return result.Tried{
		Requests: c.Requests, OrderedPairs: c.Pairs(), PairsOf: c.PairsOf(), Sequences: c.Sequences,
		Visitors: c.Visitors, Restarts: int(r.restarts.Load()), Probes: int(r.probes.Load()), Routes: c.Routes(),
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

// grouped returns one finding for each cause: the victims of the others are victims of it,
// too.
func grouped(all []*found) (kept []*found) {
	byCandidate := map[string][]*found{}
	var names []string
	for _, f := range all {
		if byCandidate[f.candidate] == nil {
			names = append(names, f.candidate)
		}
		byCandidate[f.candidate] = append(byCandidate[f.candidate], f)
	}
	for _, name := range names {
		kept = append(kept, group(byCandidate[name])...)
	}
	return kept
}

// group groups findings by the forms that their searches ended with, and then by those that are
// shown: with two visitors, some of different requests are the same.
func group(all []*found) []*found {
	return groupBy(groupBy(all, func(f *found) form { return f.form }), (*found).shown)
}

func groupBy(all []*found, of func(*found) form) (kept []*found) {
	var list []order.Finding
	for _, f := range all {
		d := of(f).last.main()
		list = append(list, order.Finding{Kind: f.kind, Sequence: of(f).best, Place: string(d.Place), Got: d.Got})
	}
	for _, g := range order.Group(list) {
		first := *all[g[0]]
		for _, i := range g[1:] {
			first.also = append(slices.Clone(first.also), all[i].victim())
			first.also = append(first.also, all[i].also...)
		}
		kept = append(kept, &first)
	}
	return kept
}
