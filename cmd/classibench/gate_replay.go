package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/classibench/classibench/bench/result"
	"github.com/spf13/pflag"
)

// replayGate judges an earlier result again.
func (p *program) replayGate(o gateOptions, given *pflag.FlagSet, args []string) error {
	if err := refuseOthers(given, "--replay judges the questions of the measured run, by the limits of that run", "leave it out; \"classibench report RESULT --out DIR\" draws the files again", replayFlags, args...); err != nil {
		return err
	}
	if err := o.check(); err != nil {
		return err
	}
	r, err := result.Read(o.replay)
	if err != nil {
		return usageError(err, "\"classibench gate\" writes a gate's result")
	}
	if r.Gate == nil {
		return usageError(fmt.Errorf("%s is not the result of a gate", o.replay), "\"classibench report\" draws the result of a comparison")
	}
	if err := result.JudgeAgain(r); err != nil {
		return errors.Join(usageError(fmt.Errorf("%s contradicts itself: %w", o.replay, err), "it was edited, or written by another version of classibench: measure again"), p.printGate(r), p.reportToCI(r, o))
	}
	if r.Partial != "" {
		return errors.Join(fail(exitInvalid, fmt.Errorf("the run ended early: %s", r.Partial), "measure again: classibench gate"), p.printGate(r))
	}
	return p.concludeGate(r, o)
}

// Flags that are allowed without a question about a change.
var (
	replayFlags   = []string{"replay", "on-inconclusive", "json"}
	selfTestFlags = []string{"self-test", "runs", "max-loss", "budget", "out", "seed", "no-pin", "json"}
)

// refuseOthers refuses flags and arguments that a question excludes.
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
	return usageError(fmt.Errorf("%s: it excludes %s", question, strings.Join(others, ", ")), "%s", hint)
}
