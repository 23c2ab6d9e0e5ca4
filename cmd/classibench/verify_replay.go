package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/classibench/classibench/bench/parity"
	"github.com/classibench/classibench/bench/parity/differ"
	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/candidate"
	"github.com/classibench/classibench/scenarios"
)

// replayPlan fills in a plan with the sequence of a saved finding. Relative paths of its
// targets refer to the working directory, so that a finding can be kept in a repository.
func replayPlan(plan *verifyPlan, o *verifyOptions) error {
	f, err := result.ReadFinding(o.replay)
	if err != nil {
		return usageError(err, "--replay takes a finding.json that \"classibench verify --out DIR\" wrote")
	}
	if o.own != nil {
		return usageError(fmt.Errorf("--replay takes targets and requests from %s", o.replay), "leave out the flags that name others")
	}
	s, err := scenarios.Parse(o.replay, []byte(f.Scenario))
	if err != nil {
		return usageError(fmt.Errorf("read the scenario of %s: %w", o.replay, err), "")
	}
	s.Targets = pairOf(candidate.Targets(s), f.Finding.Candidate)
	if len(s.Targets) < 2 {
		return usageError(fmt.Errorf("%s names the candidate %q, which its scenario does not have", o.replay, f.Finding.Candidate), "it was edited: make it again with \"classibench verify\"")
	}
	if word := elsewhere(f.Directory, s.Targets); word != "" {
		return usageError(fmt.Errorf("%s was found in %s, and %s is there, not in the current directory", o.replay, f.Directory, word), "run it there, or where a copy of the programs is: relative paths refer to the current directory")
	}
	plan.scenario, plan.source, plan.yaml = s, digest([]byte(f.Scenario)), []byte(f.Scenario)
	plan.Replay, plan.ReplayRate = parity.SequenceOf(f.Finding.Sequence), f.Finding.Rate
	plan.Requests, plan.ReplayGrows, plan.ReplayWant = requestsOf(plan.Replay), f.Finding.Growth, f.Finding.Baseline.Status
	for _, i := range f.Ignore {
		plan.Ignore = append(plan.Ignore, differ.Ignore(i))
	}
	o.seed = f.Seed
	return nil
}

// elsewhere returns a word of the targets' commands that names a file in the directory where
// they were found, but not in the current one.
func elsewhere(directory string, targets []scenarios.Target) string {
	if directory == "" {
		return ""
	}
	for _, t := range targets {
		for _, word := range slices.Concat(t.Command, t.Reset) {
			path := filepath.Join(t.Dir, word)
			if word != "" && !filepath.IsAbs(path) && !exists(path) && exists(filepath.Join(directory, path)) {
				return word
			}
		}
	}
	return ""
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// pairOf returns the baseline and one candidate.
func pairOf(all []scenarios.Target, name string) (pair []scenarios.Target) {
	for i, t := range all {
		if i == 0 || t.Name == name {
			pair = append(pair, t)
		}
	}
	return pair
}

func requestsOf(q trial.Sequence) (all []trial.Request) {
	for _, s := range q {
		all = append(all, s.Request)
	}
	return all
}
