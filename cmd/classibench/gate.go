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
until it can tell: the loss is smaller than --max-loss (exit code 0), there is a
loss (1), or the budget did not suffice to tell (3; 0 with --on-inconclusive
pass). A measurement that cannot be trusted ends with 4, wrong usage with 2.

With --min-gain, --objective or --baseline it asks other questions instead of
comparing with the base; with --base, --build or --run as well, it asks both.

It may run in a git hook. The repository, its index and its worktrees stay as they
are; the working tree is what is judged, also the part that is not staged.`,
		Example: `  classibench gate
  classibench gate --base v1.2.0 --max-loss 3% --budget 5m
  classibench gate shop.yaml --build 'go build -o {out} ./cmd/shop' --run '{out} -listen {addr}'
  classibench gate shop.yaml --run 'python3 shop.py {addr}'
  classibench gate --min-gain 4
  classibench gate --objective '500 hits/s'
  classibench gate --replay classibench-gate/result.json`,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: completeScenarios,
	}
	var maxLoss string
	c.RunE = func(c *cobra.Command, args []string) (err error) {
		if o.scenario = "peak-hour"; len(args) > 0 {
			o.scenario = args[0]
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
	f.StringVar(&o.build, "build", "", "`command` that builds a tree's program as {out}; none where it runs as it is")
	f.StringVar(&o.run, "run", "", "`command` that runs it, listening at {addr}")
	f.StringVar(maxLoss, "max-loss", "5%", "the loss of throughput to let pass, as a `share`")
	f.Float64Var(&o.minGain, "min-gain", 0, "ask for a gain over CGI of this `factor` at least")
	f.StringVar(&o.objective, "objective", "", "ask for the scenario's objective at an offered `rate`")
	f.StringVar(&o.baseline, "baseline", "", "ask for the gain over CGI that an earlier `result.json` has")
	f.BoolVar(&o.anyMachine, "any-machine", false, "let --baseline be of another machine: then it only warns")
	f.StringVar(&o.replay, "replay", "", "decide again from a `result.json`, without measuring")
	f.BoolVar(&o.selfTest, "self-test", false, "show on this machine what the gate can see, and how often it errs")
	f.StringVar(&o.runs, "runs", "1,1,1", "with --self-test: how many `runs` with no loss, with 5% and with 10% planted")
	f.StringVar(&o.inconclusive, "on-inconclusive", "fail", "what to do when it cannot tell: `pass|fail`")
	f.DurationVar(&o.budget, "budget", 2*time.Minute, "how long to measure for each question, at most")
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
	survivePipe()
	if o.selfTest {
		return p.selfTest(ctx, o)
	}
	r, err := p.measureGate(ctx, o)
	p.endView()
	if err != nil && (r == nil || r.Gate == nil || r.Empty()) {
		return errors.Join(describe(err), p.reportFailureToCI(err, o))
	}
	return p.finishGate(r, err, o)
}

// program is how the program of a tree is built and run.
func (o gateOptions) program() candidate.Program {
	return candidate.Program{Build: o.build, Run: o.run}
}

// check refuses flags that do not go together.
func (o gateOptions) check() error {
	switch {
	case o.inconclusive != "pass" && o.inconclusive != "fail":
		return usageError(fmt.Errorf("--on-inconclusive %q", o.inconclusive), "write pass or fail")
	case o.build != "" && o.run == "":
		return usageError(errors.New("--build without --run: nothing says how to run the program"), "--build 'go build -o {out} ./cmd/shop' --run '{out} -listen {addr}'")
	case o.build == "" && strings.Contains(o.run, "{out}"):
		return usageError(fmt.Errorf("--run %q without --build: nothing builds {out}", o.run), "--build 'go build -o {out} ./cmd/shop'; or name a file of the tree, as in --run 'python3 shop.py {addr}'")
	case o.run != "" && (o.minGain > 0 || o.baseline != ""):
		return usageError(errors.New("--min-gain and --baseline ask for a gain over CGI, and --run starts no CGI program"), "name both as targets of a scenario")
	case o.maxLoss <= 0 || o.maxLoss >= 1:
		return usageError(fmt.Errorf("--max-loss %g", o.maxLoss), "write a share between 0%% and 100%%, such as 5%%")
	case o.minGain < 0:
		return usageError(fmt.Errorf("--min-gain %g", o.minGain), "write how many times CGI's throughput is asked for, such as 4")
	case o.budget < 5*time.Second:
		return usageError(fmt.Errorf("--budget %v", o.budget), "nothing can be told in less than five seconds; two minutes find a loss of 5%%")
	}
	return nil
}

// finishGate saves and shows what was measured, also when it failed midway.
func (p *program) finishGate(r *result.Result, failed error, o gateOptions) error {
	if err := gate.WriteDir(o.out, r, o.shown()); err != nil {
		unsaved := usageError(err, "choose another directory with --out")
		if failed != nil {
			return errors.Join(describe(failed), unsaved)
		}
		return errors.Join(p.concludeGate(r, o), unsaved)
	}
	p.logf("results: %s", o.out)
	if failed != nil {
		return errors.Join(describe(failed), p.printGate(r), p.reportToCI(r, o))
	}
	return p.concludeGate(r, o)
}

// concludeGate prints the outcome and ends the process by it.
func (p *program) concludeGate(r *result.Result, o gateOptions) error {
	if err := errors.Join(p.printGate(r), p.reportToCI(r, o)); err != nil {
		return err
	}
	switch {
	case !r.Verdict.Valid:
		return fail(exitInvalid, errors.New("the measurement is invalid"), "the reasons stand above; \"classibench doctor\" looks at the machine")
	case r.Gate.Outcome == result.Fail:
		return fail(exitNo, errors.New("the gate failed: "+r.Verdict.Sentence), "")
	case r.Gate.Outcome == result.Inconclusive && o.inconclusive == "fail":
		return fail(exitInconclusive, errors.New("the gate cannot tell"), "%s", inconclusiveHint(r.Gate))
	}
	return nil
}

// inconclusiveHint is what helps an inconclusive check.
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

// shown is how the outcome is to be shown.
func (o gateOptions) shown() gate.Options {
	return gate.Options{InconclusiveFails: o.inconclusive == "fail"}
}
