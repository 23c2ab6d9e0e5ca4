package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/classibench/classibench/bench"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/bench/target"
	"github.com/classibench/classibench/internal/candidate"
	"github.com/classibench/classibench/internal/database"
	"github.com/classibench/classibench/scenarios"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// compareOptions are the flags of compare.
type compareOptions struct {
	scenario string
	own      *ownPair // instead of a scenario; may be nil
	save     string   // file for the scenario of the pair
	traffic  trafficFlags
	quick    bool
	out      string
	seed     int64
	noPin    bool
	db       string        // postgres, or the address of a server that runs; "" is SQLite
	budget   time.Duration // of the capacity measurement; 0 is the scenario's

	limits    time.Duration // budget of the search for limits; 0 means no search
	objective time.Duration // p95, instead of the scenario's; 0 is the scenario's
	peak      float64       // of a day ÷ its mean, instead of the scenario's or the log's; 0 is theirs
}

func (p *program) compareCommand() *cobra.Command {
	var o compareOptions
	var own ownPair
	var limits bool
	c := &cobra.Command{
		Use:   "compare [SCENARIO]",
		Short: "Measure what leaving CGI gains",
		Long: `Measure what leaving CGI gains.

Builds the classifieds as a CGI program and as a server, makes their data, and
measures both with the same traffic: it replays the scenario's busiest hour against
each, and before, between and after the replays it measures how many requests a
second each can carry, in blocks that take turns. The verdict and a table go to
standard output, the report with its plots into a directory.

SCENARIO is the name of one that ships ("classibench scenario list") or a file.

Programs of your own need no file: name the one to migrate from with --baseline, the
others with --candidate, and the requests with --get, --post or --requests. KIND:
before a command sets how it runs: cgi: for each request, fastcgi: and server: as a
server at {addr}. An address names a server that is already running. The answers of
the baseline are right, unless --expect names a text. --save writes the scenario that
the flags describe, for you to edit.

--traffic replays a traffic file, which "classibench traffic import" makes of access
logs, instead of the requests of a scenario: each request when it was recorded, and
those of one client in their order. Without a part of the file, it is the busiest one
that can be replayed in 36 seconds. --speed 60 makes an hour a minute, and the rate
60 times as high; --times 4 adds visitors of the same kind.`,
		Example: `  classibench compare
  classibench compare --quick
  classibench compare flood-gates --out monday
  classibench compare perl --out story
  classibench compare mine.yaml --json > result.json
  classibench compare --baseline cgi:./ads.pl --candidate 'server:starman --listen {addr} ads.psgi' --get '/ads?c=3' --get /
  classibench compare --baseline cgi:./cgi-bin/ --candidate http://127.0.0.1:8080 --requests site.har --save mine.yaml
  classibench compare --baseline cgi:./ads.pl --candidate http://127.0.0.1:8080 --traffic week.zst --busiest 1h --speed 60`,
		ValidArgsFunction: completeScenarios,
		RunE: func(c *cobra.Command, args []string) error {
			err := cmp.Or(o.traffic.check(c.Flags().Changed), refuseZero(c.Flags(), "budget", "peak-to-mean"))
			if err != nil {
				return err
			}
			if limits {
				o.limits = bench.DefaultLimits
			}
			if o.own, o.scenario, err = own.orScenario(c, args); err != nil {
				return err
			}
			return p.compare(c.Context(), o)
		},
	}
	f := c.Flags()
	o.flags(f)
	f.BoolVar(&limits, "limits", false, "then find the highest arrival rate that each target sustains, for two more minutes (see \"classibench capacity\")")
	o.peakFlag(f)
	own.flags(f)
	p.jsonFlag(c)
	return c
}

func (o *compareOptions) flags(f *pflag.FlagSet) {
	f.BoolVar(&o.quick, "quick", false, "measure for about half a minute: wider intervals, fewer percentiles")
	f.StringVarP(&o.out, "out", "o", "classibench-report", "`directory` for the report")
	f.Int64Var(&o.seed, "seed", 1, "`seed` of the random traffic")
	f.DurationVar(&o.budget, "budget", 0, "`time` for measuring capacity, instead of the scenario's: longer makes intervals narrower")
	f.BoolVar(&o.noPin, "no-pin", false, "do not keep generator and targets on cores of their own")
	o.database(f)
	o.traffic.flags(f)
	f.StringVar(&o.save, "save", "", "`file` to write the scenario to that --baseline and the other flags describe")
}

// database adds the flag that sets where the data are.
func (o *compareOptions) database(f *pflag.FlagSet) {
	f.StringVar(&o.db, "db", "", "`database` of the targets: postgres starts a PostgreSQL server for this run, postgres://… uses one that runs, in schemas of its own; programs get its address in DATABASE_URL")
}

func (p *program) compare(ctx context.Context, o compareOptions) error {
	r, err := p.measured(ctx, o, (*bench.Plan).Run)
	if r == nil {
		return err
	}
	return p.finish(r, err, o.out)
}

// measured makes the targets ready and measures them. The result is nil if nothing was
// measured; otherwise the error is of the run.
func (p *program) measured(ctx context.Context, o compareOptions, run func(*bench.Plan, context.Context) (*result.Result, error)) (*result.Result, error) {
	plan, err := p.comparePlan(ctx, o)
	if err != nil {
		return nil, err
	}
	if err := p.checkOutDir(o.out); err != nil {
		return nil, err
	}
	targets := candidate.Targets(plan.Scenario)
	if o.db != "" {
		targets = candidate.OnDatabase(targets)
	}
	targets, missing := candidate.Installed(ctx, targets)
	if err := candidate.CheckInstalled(targets, missing); err != nil {
		return nil, err
	}
	for _, m := range missing {
		p.logf("%s", m)
		plan.Warnings = append(plan.Warnings, m.String())
	}
	options := p.options(o.noPin, false)
	options.DB = o.db
	setup, err := candidate.New(ctx, plan.Scenario, targets, options)
	if err != nil {
		return nil, err
	}
	defer setup.Close()
	return p.measuredOn(ctx, setup, plan, targets, run)
}

// measuredOn measures a plan with a setup. If its database server ends by itself, that is the
// error, and not the end of the context.
func (p *program) measuredOn(ctx context.Context, setup *candidate.Setup, plan bench.Plan, targets []scenarios.Target, run func(*bench.Plan, context.Context) (*result.Result, error)) (r *result.Result, err error) {
	ctx, release := setup.Guard(ctx)
	defer release()
	defer func() { // before release
		if died := new(database.EndError); err != nil && errors.As(context.Cause(ctx), &died) {
			err = died
		}
	}()
	plan.Environment, plan.Pools, plan.Dir, plan.Database = setup.Environment, setup.Pools, setup.Dir(), setup.Database
	if plan.Candidates, err = setup.Candidates(ctx, targets); err != nil {
		return nil, err
	}
	if err := setup.PinSelf(); err != nil {
		return nil, err
	}
	defer p.endView()
	return run(&plan, ctx)
}

// comparePlan returns the plan that the flags describe, without candidates.
func (p *program) comparePlan(ctx context.Context, o compareOptions) (bench.Plan, error) {
	plan, err := p.scenarioPlan(ctx, o)
	if err != nil {
		return plan, err
	}
	plan.Warnings = append(plan.Warnings, target.Withheld(plan.Scenario)...)
	if w := target.Unrestored(plan.Scenario); w != "" {
		plan.Warnings = append(plan.Warnings, w)
	}
	if o.quick {
		stages := plan.Settings.Replay.Stages
		plan.Settings = plan.Settings.Quick()
		if plan.Recorded != nil { // its times are as they are
			plan.Settings.Replay.Stages = stages
		}
	}
	if err := o.applyLimits(&plan); err != nil {
		return plan, err
	}
	switch {
	case o.budget == 0:
	case o.budget < time.Second:
		return plan, usageError(fmt.Errorf("--budget %v is less than a second", o.budget), "most scenarios take 55s; a longer budget, such as --budget 3m, gives a narrower interval")
	default:
		plan.Settings.Capacity.Budget = o.budget
	}
	return plan, nil
}

// scenarioPlan returns the plan of a scenario, or of a pair from flags.
func (p *program) scenarioPlan(ctx context.Context, o compareOptions) (bench.Plan, error) {
	switch {
	case o.traffic.file != "" && o.save != "":
		return bench.Plan{}, usageError(errors.New("--save cannot save recorded traffic: a scenario has no times of single requests"), "keep the command; --traffic %s replays the same", o.traffic.file)
	case o.traffic.file != "":
		return p.trafficPlan(ctx, o)
	case o.own == nil && o.save != "":
		return bench.Plan{}, usageError(errors.New("--save saves a comparison of --baseline and --candidate, which are missing"), "\"classibench scenario show %s > %s\" copies a scenario that ships", o.scenario, o.save)
	case o.own == nil:
		return p.newPlan(o.scenario, o.seed)
	}
	s, notes, err := o.own.scenario(ctx)
	if err != nil {
		return bench.Plan{}, err
	}
	s.Capacity.Budget = cmp.Or(o.budget, s.Capacity.Budget)
	s, src, err := p.source(s)
	if err == nil && o.save != "" {
		err = p.save(o.save, src)
	}
	if err != nil {
		return bench.Plan{}, err
	}
	for _, n := range notes {
		p.logf("%s", n)
	}
	plan := p.planOf(s, digest(src), o.seed)
	plan.Peak.From = result.PeakOfDefault // the stages are not the user's
	return plan, nil
}

// finish saves and prints the result, also a partial one of a run that failed.
func (p *program) finish(r *result.Result, failed error, out string) error {
	if failed != nil && r.Empty() {
		return p.describe(failed)
	}
	err := errors.Join(p.writeReport(out, r), p.printResult(r))
	switch {
	case failed != nil:
		return errors.Join(p.describe(failed), err)
	case err != nil:
		return err
	case !r.Verdict.Valid:
		return fail(exitInvalid, errors.New(invalidParts(r)), "%s", "the verdict gives the reasons; \"classibench doctor\" checks the machine")
	}
	return nil
}

// invalidParts reports in words whether all of a measurement is invalid, or a part.
func invalidParts(r *result.Result) string {
	for _, t := range r.Targets[min(1, len(r.Targets)):] {
		if r.GainInvalid(t.Name) == "" {
			return "a part of the measurement is invalid"
		}
	}
	return "the measurement is invalid"
}
