package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/classibench/classibench/bench/result"
	"github.com/spf13/pflag"
)

// replayGate decides again from an earlier result.
func (p *program) replayGate(o gateOptions, given *pflag.FlagSet, args []string) error {
	if err := refuseOthers(given, "--replay decides what was asked when it was measured, by the limits of that run", "leave it out; \"classibench report RESULT --out DIR\" draws the files again", replayFlags, args...); err != nil {
		return err
	}
	if err := o.check(); err != nil {
		return err
	}
	r, err := result.Read(o.replay)
	if err != nil {
		return usageError(err, "a gate's result is made by \"classibench gate\"")
	}
	if r.Gate == nil {
		return usageError(fmt.Errorf("%s holds no gate's result", o.replay), "\"classibench report\" draws the others")
	}
	if err := result.JudgeAgain(r); err != nil {
		return errors.Join(usageError(fmt.Errorf("%s does not agree with itself: %w", o.replay, err), "it was edited, or another version of classibench wrote it: measure again"), p.printGate(r), p.reportToCI(r, o))
	}
	if r.Partial != "" {
		return errors.Join(fail(exitInvalid, fmt.Errorf("the run ended early: %s", r.Partial), "measure again: classibench gate"), p.printGate(r))
	}
	return p.concludeGate(r, o)
}

// Flags that mean something where nothing is asked about a change.
var (
	replayFlags   = []string{"replay", "on-inconclusive", "json"}
	selfTestFlags = []string{"self-test", "runs", "max-loss", "budget", "out", "seed", "no-pin", "json"}
)

// refuseOthers refuses what cannot be asked together with a question.
func refuseOthers(given *pflag.FlagSet, question, hint string, with []string, args ...string) error {
	others := slices.Clone(args)
	given.Visit(func(f *pflag.Flag) {
		if !slices.Contains(with, f.Name) {
			others = append(others, "--"+f.Name)
		}
	})
	if len(others) == 0 {
		return nil
	}
	return usageError(fmt.Errorf("%s: %s cannot be asked with it", question, strings.Join(others, ", ")), "%s", hint)
}
