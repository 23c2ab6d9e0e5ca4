package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/classibench/classibench/bench"
	"github.com/classibench/classibench/reports"
)

// gateAgain decides again from an earlier result.
func (p *program) gateAgain(o gateOptions, given *pflag.FlagSet, args []string) error {
	if err := replayAlone(given, args); err != nil {
		return err
	}
	if err := o.check(); err != nil {
		return err
	}
	r, err := reports.Read(o.replay)
	if err != nil {
		return usageError(err, "a gate's result is made by \"classibench gate\"")
	}
	if r.Gate == nil {
		return usageError(fmt.Errorf("%s holds no gate's result", o.replay), "\"classibench report\" draws the others")
	}
	said := r.Gate.Outcome
	bench.JudgeGate(r)
	if r.Gate.Outcome != said {
		p.say("the result says %q, its blocks say %q: it was edited, or another version measured it", said, r.Gate.Outcome)
	}
	if r.Partial != "" {
		return errors.Join(fail(exitInvalid, fmt.Errorf("the run ended early: %s", r.Partial), "measure again: classibench gate"), p.printGate(r))
	}
	return p.concludeGate(r, o)
}

// replayFlags are the flags that mean something where nothing is measured.
var replayFlags = []string{"replay", "on-inconclusive", "json"}

// replayAlone refuses what cannot be asked of a result any more.
func replayAlone(given *pflag.FlagSet, args []string) error {
	others := slices.Clone(args)
	given.Visit(func(f *pflag.Flag) {
		if !slices.Contains(replayFlags, f.Name) {
			others = append(others, "--"+f.Name)
		}
	})
	if len(others) == 0 {
		return nil
	}
	return usageError(fmt.Errorf("--replay decides what was asked when it was measured, and by the limits of that run: %s cannot be changed", strings.Join(others, ", ")),
		"leave it out; \"classibench report RESULT --out DIR\" draws the files again")
}
