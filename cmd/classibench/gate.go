package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/candidate"
	"github.com/classibench/classibench/reports/gate"
	"github.com/classibench/classibench/scenarios"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// gateOptions are the flags of gate.
type gateOptions struct {
	scenario     string
	throughput   bool // found from the flags: whether to compare with a base
	base         string
	build, run   string
	maxLoss      float64
	minGain      float64
	objective    string
	baseline     string
	anyMachine   bool
	replay       string
	selfTest     bool
	runs         string
	inconclusive string
	budget       time.Duration
	out          string
	seed         int64
	noPin        bool
}

func (p *program) gateCommand() *cobra.Command {
	var o gateOptions
	c := &cobra.Command{
		Use:   "gate [SCENARIO]",
		Short: "Fail a change that loses throughput",
		Long: `Fail a change that loses throughput.

Builds the base (--base, by default the merge base with the default branch) and
the working tree, and measures both at the same time, in blocks that take turns,
until it has a verdict: the loss is smaller than --max-loss (exit code 0), there is a
loss (1), or the budget was spent without a verdict (3; 0 with --on-inconclusive
pass). The exit code of a measurement that cannot be trusted is 4, of wrong usage 2.

With --min-gain, --objective or --baseline it answers these questions instead of
comparing with the base; with --base, --build or --run as well, it answers all.

It may run in a git hook. The repository, its index and its worktrees stay as they
are. The gate judges the working tree, including changes that are not staged.`,
		Example: `  classibench gate
  classibench gate --base v1.2.0 --max-loss 3% --budget 5m
  classibench gate shop.yaml --build 'go build -o {out} ./cmd/shop' --run '{out} -listen {addr}'
  classibench gate shop.yaml --run 'python3 shop.py {addr}'
  classibench gate --min-gain 4
  classibench gate --objective '500 hits/s'
  classibench gate --replay classibench-gate/result.json`,
		ValidArgsFunction: completeScenarios,
	}
	var maxLoss string
	c.RunE = func(c *cobra.Command, args []string) (err error) {
		if o.scenario, err = scenarioArgument(c, args); err != nil {
			return err
		}
		if o.maxLoss, err = scenarios.ParseShare(maxLoss); err != nil {
			return usageError(fmt.Errorf("--max-loss %w", err), "")
		}
		if o.replay != "" {
			return p.replayGate(o, c.Flags(), args)
		}
		if o.selfTest {
			if err := refuseOthers(c.Flags(), "--self-test measures the gate itself", "leave it out", selfTestFlags); err != nil {
				return err
			}
		}
		o.throughput = c.Flags().Changed("base") || o.run != "" || o.minGain == 0 && o.objective == "" && o.baseline == ""
		return p.gate(c.Context(), o)
	}
	o.flags(c.Flags(), &maxLoss)
	p.jsonFlag(c)
	return c
}

func (o *gateOptions) flags(f *pflag.FlagSet, maxLoss *string) {
	f.StringVar(&o.base, "base", "", "`commit` to compare with (default: the merge base with the default branch)")
	f.StringVar(&o.build, "build", "", "`command` that builds a tree's program as {out}; not needed if it runs without a build")
	f.StringVar(&o.run, "run", "", "`command` that runs it, listening at {addr}")
	f.StringVar(maxLoss, "max-loss", "5%", "the largest loss of throughput that passes, as a `share`")
	f.Float64Var(&o.minGain, "min-gain", 0, "require a gain over CGI of at least this `factor`")
	f.StringVar(&o.objective, "objective", "", "require the scenario's objective at an offered `rate`")
	f.StringVar(&o.baseline, "baseline", "", "require the gain over CGI of an earlier `result.json`")
	f.BoolVar(&o.anyMachine, "any-machine", false, "accept a --baseline of another machine with a warning")
	f.StringVar(&o.replay, "replay", "", "decide again from a `result.json`, without measuring")
	f.BoolVar(&o.selfTest, "self-test", false, "measure on this machine how small a loss the gate detects, and how often it is wrong")
	f.StringVar(&o.runs, "runs", "1,1,1", "with --self-test: how many `runs` with no loss, with 5% and with 10% planted")
	f.StringVar(&o.inconclusive, "on-inconclusive", "fail", "what an inconclusive gate does: `pass|fail`")
	f.DurationVar(&o.budget, "budget", 2*time.Minute, "maximum `time` for measuring each question")
	f.StringVarP(&o.out, "out", "o", "classibench-gate", "`directory` for the results")
	f.Int64Var(&o.seed, "seed", 1, "`seed` of the random traffic")
	f.BoolVar(&o.noPin, "no-pin", false, "do not keep generator and targets on cores of their own")
}

func (p *program) gate(ctx context.Context, o gateOptions) error {
	if err := o.check(); err != nil {
		return err
	}
	if err := p.checkOutDir(o.out); err != nil {
		return err
	}
	if o.selfTest {
		return p.selfTest(ctx, o)
	}
	r, err := p.measureGate(ctx, o)
	p.endView()
	if err != nil && (r == nil || r.Gate == nil || r.Empty()) {
		return errors.Join(p.describe(err), p.reportFailureToCI(err, o))
	}
	return p.finishGate(r, err, o)
}

// program returns the commands that build and run the program of a tree.
func (o gateOptions) program() candidate.Program {
	return candidate.Program{Build: o.build, Run: o.run}
}

// check refuses flags that exclude each other.
func (o gateOptions) check() error {
	switch {
	case o.inconclusive != "pass" && o.inconclusive != "fail":
		return usageError(fmt.Errorf("--on-inconclusive %q", o.inconclusive), "write pass or fail")
	case o.build != "" && o.run == "":
		return usageError(errors.New("--build without --run: there is no command to run the program"), "add one, as in --build 'go build -o {out} ./cmd/shop' --run '{out} -listen {addr}'")
	case o.build == "" && strings.Contains(o.run, "{out}"):
		return usageError(fmt.Errorf("--run %q without --build: nothing builds {out}", o.run), "--build 'go build -o {out} ./cmd/shop'; or name a file of the tree, as in --run 'python3 shop.py {addr}'")
	case o.run != "" && (o.minGain > 0 || o.baseline != ""):
		return usageError(errors.New("--min-gain and --baseline require a gain over CGI, and --run starts no CGI program"), "name both as targets of a scenario")
	case o.maxLoss <= 0 || o.maxLoss >= 1:
		return usageError(fmt.Errorf("--max-loss %g", o.maxLoss), "write a share between 0%% and 100%%, such as 5%%")
	case o.minGain < 0:
		return usageError(fmt.Errorf("--min-gain %g", o.minGain), "write how many times CGI's throughput is required, such as 4")
	case o.budget < 5*time.Second:
		return usageError(fmt.Errorf("--budget %v", o.budget), "less than five seconds are never conclusive; two minutes detect a loss of 5%%")
	}
	return nil
}

// finishGate saves and prints the result, also a partial one of a gate that failed.
func (p *program) finishGate(r *result.Result, failed error, o gateOptions) error {
	if err := gate.WriteDir(o.out, r, o.shown()); err != nil {
		unsaved := p.rescued(err, hasResult(o.out, r), r)
		if failed != nil {
			return errors.Join(p.describe(failed), unsaved)
		}
		return errors.Join(p.concludeGate(r, o), unsaved)
	}
	p.logf("results: %s", o.out)
	if failed != nil {
		return errors.Join(p.describe(failed), p.printGate(r), p.reportToCI(r, o))
	}
	return p.concludeGate(r, o)
}

// concludeGate prints the outcome, and returns the error that sets the exit code.
func (p *program) concludeGate(r *result.Result, o gateOptions) error {
	if err := errors.Join(p.printGate(r), p.reportToCI(r, o)); err != nil {
		return err
	}
	switch {
	case !r.Verdict.Valid:
		return fail(exitInvalid, errors.New("the measurement is invalid"), "the reasons are listed above; \"classibench doctor\" checks the machine")
	case r.Gate.Outcome == result.Fail:
		return fail(exitNo, errors.New("the gate failed: "+r.Verdict.Sentence), "")
	case r.Gate.Outcome == result.Inconclusive && o.inconclusive == "fail":
		return fail(exitInconclusive, errors.New("the gate is inconclusive"), "%s", inconclusiveHint(r.Gate))
	}
	return nil
}

// inconclusiveHint returns the hint for an inconclusive check.
func inconclusiveHint(g *result.Gate) string {
	var c result.Check
	if i := slices.IndexFunc(g.Checks, func(c result.Check) bool { return c.Outcome == result.Inconclusive && g.Weighs(c) }); i >= 0 {
		c = g.Checks[i]
	}
	return c.Hint() + ", or let it pass with --on-inconclusive pass"
}

func (p *program) printGate(r *result.Result) error {
	if p.json {
		return withoutPipeError(p.printJSON(r))
	}
	return withoutPipeError(gate.Text(p.stdout, r, p.textOptions()))
}

// shown returns the options for printing the outcome.
func (o gateOptions) shown() gate.Options {
	return gate.Options{InconclusiveFails: o.inconclusive == "fail"}
}
