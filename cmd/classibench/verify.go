package main

import (
	"context"
	"errors"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"github.com/classibench/classibench/bench"
	"github.com/classibench/classibench/bench/parity"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/candidate"
	"github.com/classibench/classibench/reports/verify"
	"github.com/classibench/classibench/scenarios"
)

// verifyOptions are the flags of verify.
type verifyOptions struct {
	scenario    string
	own         *ownPair // instead of a scenario; may be nil
	out         string
	seed        int64
	budget      time.Duration
	soak        int
	ignore      []string
	allowUnsafe bool
	replay      string // file of a finding
	masks       string // file of masks
}

func (p *program) verifyCommand() *cobra.Command {
	var o verifyOptions
	var own ownPair
	c := &cobra.Command{
		Use:   "verify [SCENARIO]",
		Short: "Check that the persistent program answers as the CGI program",
		Long: `Check that the persistent program answers as the CGI program.

Sends the same sequences of requests to both, each with fresh data of its own: each
request alone, twice in a row, in the order given and reversed, in orders in which each
route follows each other one, from several visitors, and at the same time. The CGI
program starts a process for each request; the other one is started before each sequence
and stays. A difference is shown with the shortest sequence of requests that causes it.

Targets and requests are named as for "classibench compare". Exit status: 0 no
difference was found, 1 there are differences, 2 a mistake in the input, 3 it cannot
be told, 4 the programs do not answer.`,
		Example: `  classibench verify
  classibench verify mine.yaml --budget 10m --out parity
  classibench verify --baseline cgi:./ads.pl --candidate 'server:starman --listen {addr} ads.psgi' --env baseline:DB=old.db --env candidate:DB=new.db --reset baseline:'cp seed.db old.db' --reset candidate:'cp seed.db new.db' --requests site.har
  classibench verify --baseline cgi:./ads.pl --candidate 'server:plackup -p {port} ads.psgi' --get / --get '/ads?c=3' --ignore header:X-Request-Id
  classibench verify --replay parity/finding.json`,
		ValidArgsFunction: completeScenarios,
		RunE: func(c *cobra.Command, args []string) error {
			var err error
			if o.own, o.scenario, err = own.orScenario(c, args); err != nil {
				return err
			}
			return p.verify(c.Context(), o)
		},
	}
	f := c.Flags()
	f.StringVarP(&o.out, "out", "o", "", "`directory` for the report and the findings; without it none is written")
	f.Int64Var(&o.seed, "seed", 1, "`seed` of the orders and of the requests that are drawn")
	f.DurationVar(&o.budget, "budget", parity.DefaultBudget, "`time` for everything")
	f.IntVar(&o.soak, "soak", 0, "also send this `number` of requests to one process, and report memory, descriptors and other resources that grow; more of them if memory grows slowly")
	f.StringArrayVar(&o.ignore, "ignore", nil, "`part` of answers that is not compared: header:NAME, css:SELECTOR, json:POINTER or regexp:EXPRESSION; may be repeated")
	f.BoolVar(&o.allowUnsafe, "allow-unsafe", false, "also send requests of a file that seem to delete something")
	f.StringVar(&o.replay, "replay", "", "`file` of a finding to try again: exit status 0 if the difference is gone")
	f.StringVar(&o.masks, "masks", "", "`file` of masks that an earlier run saved: these places are not compared, and are not learned again")
	own.flags(f)
	p.jsonFlag(c)
	return c
}

func (p *program) verify(ctx context.Context, o verifyOptions) error {
	plan, err := p.verifyPlan(ctx, &o)
	if err != nil {
		return err
	}
	if o.out != "" {
		if err := p.checkOutDir(o.out); err != nil {
			return err
		}
	}
	targets, missing := candidate.Installed(ctx, candidate.Targets(plan.scenario))
	if err := candidate.CheckInstalled(targets, missing); err != nil {
		return err
	}
	setup, err := candidate.New(ctx, plan.scenario, targets, p.options(true, false))
	if err != nil {
		return err
	}
	defer setup.Close()
	if err := plan.prepare(o, setup); err != nil {
		return err
	}
	sides, err := setup.Candidates(ctx, targets) // before the budget begins: it may build them
	if err != nil {
		return err
	}
	plan.Lanes = lanes(targets, plan.Requests, runtime.NumCPU())
	plan.Sides = sidesOf(setup, targets, sides)
	throttled := bench.Throttling(scenarios.PIDs(targets)...)
	v, failed := plan.Run(ctx)
	throttled(&v.Environment)
	v.Warnings = append(v.Warnings, v.Environment.Quota.Warnings()...)
	p.endView()
	if failed != nil && v.Tried.Sequences == 0 && len(v.Findings) == 0 {
		return p.describeVerify(failed)
	}
	written := p.writeVerification(ctx, o.out, plan, v, setup, sides)
	return p.verified(v, failed, written)
}

// verified shows what was found, also when the run failed midway or its report could not be
// written.
func (p *program) verified(v *result.Verification, failed, written error) error {
	var err error
	if p.json {
		err = p.printJSON(v)
	} else {
		err = verify.Text(p.stdout, v, p.textOptions())
	}
	switch {
	case withoutPipeError(err) != nil:
		return err
	case failed != nil, written != nil:
		return errors.Join(p.describeVerify(failed), written)
	case v.ExitStatus() != result.ExitSame:
		return fail(v.ExitStatus(), errors.New(""), "")
	}
	return nil
}

// describeVerify adds the next step to an error of a verification.
func (p *program) describeVerify(err error) error {
	var input *parity.InputError
	var baseline *parity.BaselineError
	switch {
	case errors.As(err, &input) && (input.Shared || input.Unrestored):
		return fail(exitInvalid, err, "%s", input.Hint)
	case errors.As(err, &input):
		return usageError(err, "%s", input.Hint)
	case errors.As(err, &baseline):
		return fail(exitInvalid, err, "request it by hand and look at the log of the program")
	}
	return p.describe(err)
}

// progressOf returns the progress of a verification for the view of a measurement.
func progressOf(g parity.Progress) bench.Progress {
	return bench.Progress{Phase: g.Phase, Detail: g.Detail, Elapsed: g.Elapsed, Left: g.Left}
}
