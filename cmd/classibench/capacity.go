package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/classibench/classibench/bench"
	"github.com/classibench/classibench/bench/result"
)

// leastLimits is the shortest budget of a search for limits.
const leastLimits = 5 * time.Second

func (p *program) capacityCommand() *cobra.Command {
	var o compareOptions
	var own ownPair
	c := &cobra.Command{
		Use:   "capacity [SCENARIO]",
		Short: "Find the highest arrival rate that each target sustains",
		Long: `Find the highest arrival rate that each target sustains.

Offers hits at random moments, as independent visitors send them, whether or not earlier
ones were answered. The rate is doubled until the target misses the objective, then
bisected, and trials near the edge are repeated until the bounds of the limit are 6%
apart or the budget is spent. The targets take turns, and each has finished all work
before its next trial begins. The limits go to standard output in hits a second and in
hits a day, the report with its plot into a directory.

Targets and requests are named as for "classibench compare". Exit status: 0 all limits
are known, 2 a mistake in the input, 3 a bound is missing, 4 a target does not answer.`,
		Example: `  classibench capacity
  classibench capacity mine.yaml --objective 250ms --budget 5m
  classibench capacity --baseline cgi:./ads.pl --candidate 'server:starman --listen {addr} ads.psgi' --get '/ads?c=3' --get /
  classibench capacity --baseline http://127.0.0.1:8080 --get / --json > limits.json`,
		ValidArgsFunction: completeScenarios,
		RunE: func(c *cobra.Command, args []string) error {
			err := refuseZero(c.Flags(), "budget", "objective", "peak-to-mean")
			if err != nil {
				return err
			}
			if o.own, o.scenario, err = own.orScenario(c, args); err != nil {
				return err
			}
			return p.capacity(c.Context(), o)
		},
	}
	f := c.Flags()
	f.StringVarP(&o.out, "out", "o", "classibench-capacity", "`directory` for the report")
	f.Int64Var(&o.seed, "seed", 1, "`seed` of the random traffic")
	f.DurationVar(&o.limits, "budget", bench.DefaultLimits, "`time` for the trials of all targets")
	f.DurationVar(&o.objective, "objective", 0, "highest p95 `latency`, from the moment a hit is due, instead of the scenario's")
	o.peakFlag(f)
	f.BoolVar(&o.noPin, "no-pin", false, "do not keep generator and targets on cores of their own")
	o.database(f)
	own.flags(f)
	f.StringVar(&o.save, "save", "", "`file` to write the scenario to that --baseline and the other flags describe")
	p.jsonFlag(c)
	return c
}

func (p *program) capacity(ctx context.Context, o compareOptions) error {
	r, err := p.measured(ctx, o, (*bench.Plan).RunLimits)
	if r == nil {
		return err
	}
	if err = p.finish(r, err, o.out); err != nil {
		return err
	}
	return missingBound(r)
}

// missingBound returns an error if a bound is not known.
func missingBound(r *result.Result) error {
	if r.LimitsKnown() {
		return nil
	}
	return fail(exitInconclusive, errors.New("the limit of a target is not known"), "the reasons are above: give it a longer --budget, or an objective that it can meet")
}

// refuseZero returns an error if a flag is given as 0, which stands for a flag that is not given.
func refuseZero(f *pflag.FlagSet, names ...string) error {
	for _, name := range names {
		flag := f.Lookup(name)
		if zero := strings.TrimPrefix(flag.Value.String(), "-"); flag.Changed && (zero == "0" || zero == "0s") {
			return usageError(fmt.Errorf("--%s %s is not above 0", name, flag.Value), "leave --%s out for its default", name)
		}
	}
	return nil
}

func (o *compareOptions) peakFlag(f *pflag.FlagSet) {
	f.Float64Var(&o.peak, "peak-to-mean", 0, "the busiest moment of a day as a `multiple` of its mean rate, for limits in hits a day (default: that of the scenario's replay or of the recorded traffic)")
}

// mostPeak bounds --peak-to-mean: a day has 1,440 minutes.
const mostPeak = 1440

// applyPeak checks the flag --peak-to-mean, and changes the plan.
func (o compareOptions) applyPeak(plan *bench.Plan) error {
	switch {
	case o.peak == 0: // not given
		return nil
	case !(o.peak >= 1 && o.peak <= mostPeak):
		return usageError(fmt.Errorf("--peak-to-mean %v is not from 1 to %d", o.peak, mostPeak), "\"classibench traffic describe\" reports the factor of a log")
	case o.limits == 0:
		return usageError(errors.New("--peak-to-mean is for limits in hits a day, which this run does not find"), "add --limits")
	}
	plan.Peak = result.Peak{ToMean: o.peak, From: result.PeakOfFlag}
	return nil
}

// applyLimits checks the flags about limits, and changes the plan.
func (o compareOptions) applyLimits(plan *bench.Plan) error {
	if o.limits != 0 && o.limits < leastLimits {
		return usageError(fmt.Errorf("--budget %v is too short for a search", o.limits), "2m is usual; at least %v", leastLimits)
	}
	if o.objective < 0 {
		return usageError(fmt.Errorf("--objective %v is no latency", o.objective), "250ms, for example")
	}
	if err := o.applyPeak(plan); err != nil {
		return err
	}
	plan.Settings.Limits = o.limits
	if o.objective > 0 {
		changed := *plan.Scenario
		changed.Objective.P95 = o.objective
		plan.Scenario = &changed
	}
	return nil
}
