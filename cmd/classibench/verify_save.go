package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/parity/differ"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/candidate"
	"github.com/classibench/classibench/reports/verify"
)

// writeVerification writes the report of a verification, and a file for each finding that
// runs it again.
func (p *program) writeVerification(ctx context.Context, dir string, plan *verifyPlan, v *result.Verification, setup *candidate.Setup, sides []instance.Candidate) error {
	if dir == "" {
		return nil
	}
	saved, failed := savedFindings(context.WithoutCancel(ctx), plan, v, setup, sides)
	if err := verify.WriteDir(dir, v, saved); err != nil {
		return p.rescued(err, hasVerification(dir, v), v)
	}
	if plan.Replay == nil {
		if err := verify.WriteMasks(dir, savedMasks(plan.Differ, v)); err != nil {
			return usageError(err, "make room there, or choose another directory with --out")
		}
	}
	if failed != nil {
		return fmt.Errorf("save the findings, to run them again: %w (%s has them)", failed, filepath.Join(dir, result.VerificationFile))
	}
	p.logf("wrote the report to %s", dir)
	return nil
}

// savedFindings returns the findings, each with what is necessary to run it again.
func savedFindings(ctx context.Context, plan *verifyPlan, v *result.Verification, setup *candidate.Setup, sides []instance.Candidate) (all []result.SavedFinding, err error) {
	if len(v.Findings) == 0 {
		return nil, nil
	}
	directory, err := os.Getwd()
	if err != nil {
		return nil, fmt.Errorf("find the working directory, for the findings: %w", err)
	}
	launches := map[string]result.Launch{}
	for _, c := range sides {
		t, err := c.Fresh(ctx)
		if err != nil {
			return nil, err
		}
		launches[c.Name] = setup.Launch(t, plan.scenario.Data, directory)
	}
	for _, f := range v.Findings {
		all = append(all, result.SavedFinding{
			Schema: result.Schema, Version: v.Version, Command: v.Command, Found: v.Began, Directory: directory,
			Scenario: string(plan.yaml), Seed: v.Seed, Ignore: ignored(plan.Ignore), Varies: varyingOf(v.Varies, f.Victim.Route),
			Baseline: launches[sides[0].Name], Candidate: launches[f.Candidate], Finding: f,
		})
	}
	return all, nil
}

func ignored(all []differ.Ignore) (out []result.Ignored) {
	for _, i := range all {
		out = append(out, result.Ignored(i))
	}
	return out
}

func varyingOf(all []result.Varying, route string) (out []result.Varying) {
	for _, v := range all {
		if v.Route == "" || v.Route == route {
			out = append(out, v)
		}
	}
	return out
}
