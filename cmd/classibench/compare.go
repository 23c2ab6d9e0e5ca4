package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/classibench/classibench/bench"
	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/bench/target"
	"github.com/classibench/classibench/cgi/host"
	"github.com/spf13/cobra"
)

// compareOptions are the flags of compare.
type compareOptions struct {
	scenario string
	quick    bool
	out      string
	seed     int64
	noPin    bool
	budget   time.Duration // of the capacity measurement; 0 is the scenario's
}

func (p *program) compareCommand() *cobra.Command {
	var o compareOptions
	c := &cobra.Command{
		Use:   "compare [SCENARIO]",
		Short: "Measure what leaving CGI gains",
		Long: `Measure what leaving CGI gains.

Builds the classifieds as a CGI program and as a server, makes their data, and
measures both with the same traffic: the scenario's busiest hour, replayed against
each, and before, between and after that, how many requests a second each can
carry, in blocks that take turns. The verdict and a table go to standard output, the report with its
plots into a directory.

SCENARIO is the name of one that ships ("classibench scenario list") or a file.`,
		Example: `  classibench compare
  classibench compare --quick
  classibench compare flood-gates --out monday
  classibench compare mine.yaml --json > result.json`,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: completeScenarios,
		RunE: func(c *cobra.Command, args []string) error {
			o.scenario = "peak-hour"
			if len(args) > 0 {
				o.scenario = args[0]
			}
			return p.compare(c.Context(), o)
		},
	}
	f := c.Flags()
	f.BoolVar(&o.quick, "quick", false, "measure for about half a minute: wider intervals, fewer percentiles")
	f.StringVarP(&o.out, "out", "o", "classibench-report", "`directory` for the report")
	f.Int64Var(&o.seed, "seed", 1, "`seed` of the random traffic")
	f.DurationVar(&o.budget, "budget", 0, "`time` for measuring capacity, instead of the scenario's: longer makes intervals narrower")
	f.BoolVar(&o.noPin, "no-pin", false, "do not keep generator and targets on cores of their own")
	p.jsonFlag(c)
	return c
}

func (p *program) compare(ctx context.Context, o compareOptions) error {
	if err := p.checkOut(o.out); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", temporary)
	if err != nil {
		return usageError(err, "name a directory for temporary files with TMPDIR")
	}
	defer os.RemoveAll(dir)
	outlast()
	plan, err := p.plan(ctx, o, dir)
	if err != nil {
		return err
	}
	plan.Watch = p.newView().update
	r, err := plan.Run(ctx)
	p.endView()
	return p.finish(r, err, o.out)
}

// finish saves and shows what was measured, also when the run failed midway.
func (p *program) finish(r *result.Result, failed error, out string) error {
	if failed != nil && r.Empty() {
		return describe(failed)
	}
	err := errors.Join(p.writeReport(out, r), p.printResult(r))
	switch {
	case failed != nil:
		return errors.Join(describe(failed), err)
	case err != nil:
		return err
	case !r.Verdict.Valid:
		return fail(exitInvalid, errors.New(invalidParts(r)), "%s", "the reasons stand in the verdict; \"classibench doctor\" looks at the machine")
	}
	return nil
}

// describe adds to an error of a run what to do about it.
func describe(err error) error {
	var start *target.StartError
	var program *host.ProgramError
	var death *instance.DeathError
	var silent *bench.SilentError
	var different *bench.AnswersError
	switch {
	case err == nil || hinted(err):
		return err
	case errors.Is(err, context.Canceled):
		return fail(exitInterrupted, errors.New("interrupted"), "")
	case errors.As(err, &start):
		return usageError(err, "%s", lasting(start.Hint))
	case errors.As(err, &program):
		return usageError(err, "%s", program.Hint)
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return usageError(err, "make room there, or name another directory for temporary files with TMPDIR")
	case errors.As(err, &death):
		return fail(exitInvalid, err, "run the program by itself under load and look at what it says")
	case errors.As(err, &silent):
		return fail(exitInvalid, err, "ask it by hand for what the scenario asks, and compare with what the scenario expects")
	case errors.As(err, &different):
		return fail(exitInvalid, err, "throughputs can be compared where the answers are the same: ask both by hand for what the examples show")
	}
	return fail(exitInvalid, err, "run it again; if it fails again, \"classibench doctor\" looks at the machine")
}

// invalidParts tells whether all of a measurement is invalid.
func invalidParts(r *result.Result) string {
	for _, t := range r.Targets[min(1, len(r.Targets)):] {
		if r.GainInvalid(t.Name) == "" {
			return "a part of the measurement is invalid"
		}
	}
	return "the measurement is invalid"
}

// lasting is a hint that names no file of this run, which is removed when it is read.
func lasting(hint string) string {
	if !strings.Contains(hint, filepath.Join(os.TempDir(), temporary)) {
		return hint
	}
	return "build the program by hand and start it: what was built for this run is removed"
}

// temporary is how the names of directories begin that last no longer than a run.
const temporary = "classibench-"
