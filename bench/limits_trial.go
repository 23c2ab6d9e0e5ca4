package bench

import (
	"context"
	"fmt"
	"math"
	"time"

	search "github.com/classibench/classibench/bench/capacity"
	"github.com/classibench/classibench/bench/histogram"
	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/unit"
	"github.com/classibench/classibench/scenarios"
)

// stages returns those of a trial: the lead, whose hits do not count, and two at the rate. The
// last is as long as the objective: hits that are due in it may still be answered in time.
func (l *limitRun) stages(rate float64, length time.Duration) []scenarios.Stage {
	name, objective := unit.Number(rate)+" hits/s", l.plan.Scenario.Objective.P95
	lead := leadOf(length)
	return []scenarios.Stage{
		{Name: name, For: lead, Rate: scenarios.Rate{Value: search.LeadShare * rate}},
		{Name: name, For: length - lead - objective, Rate: scenarios.Rate{Value: rate}},
		{Name: name, For: objective, Rate: scenarios.Rate{Value: rate}},
	}
}

// leadOf returns the lead of a trial: less than usual if the trial is short.
func leadOf(length time.Duration) time.Duration {
	return min(time.Duration(search.Lead*float64(time.Second)), length/4)
}

// trial offers a rate to an instance, and tells its search what came of it.
func (l *limitRun) trial(ctx context.Context, i int, rate float64, length time.Duration) error {
	e := l.instances[i]
	l.number++
	r := scenarios.Replay{Stages: l.stages(rate, length)}
	arrivals := func() load.Arrivals { return load.Poisson(l.plan.Seed<<20+l.number, r.Stages, 0) }
	at := time.Since(l.began).Seconds()
	rec, seen, err := l.plan.offer(ctx, l.clock, "limits: "+e.Name, e, load.Traffic{Arrivals: arrivals(), Requests: l.requests.From(e.Next), Stages: r.Ends()}, r)
	e.Next += rec.Hits + rec.Errors
	if err != nil {
		return err
	}
	lead, steady := r.Stages[0].For, together(rec.Stages[1:])
	t := search.Trial{Rate: rate, Seconds: length.Seconds(), Lead: lead.Seconds(), Hits: steady.Hits, Errors: steady.Errors, P95: steady.Latency.Quantile(0.95).Seconds(), Invalid: l.invalid(rec)}
	t.Before = search.Outcomes{Hits: rec.Stages[0].Hits, Errors: rec.Stages[0].Errors}
	t.Failed = failed(rec, length)
	t.Due, t.Step = search.Thin(dues(arrivals()))
	t.Achieved = achieved(rec)
	if len(t.Due) == 0 {
		t.Invalid = "no hit was due"
	}
	l.searches[i].Add(t)
	if t.Invalid == "" {
		for _, s := range l.searches {
			s.Offered = max(s.Offered, rate)
		}
	}
	l.keep(e, l.searches[i], t, rec.Lag, steady, result.LimitTrial{At: at, CPUCores: seen.load(lead.Seconds(), length.Seconds()).CPUCores})
	return nil
}

// together adds groups.
func together(groups []load.Group) load.Group {
	sum := load.Group{Latency: histogram.New()}
	for _, g := range groups {
		sum.Hits, sum.Errors = sum.Hits+g.Hits, sum.Errors+g.Errors
		sum.Latency.Merge(g.Latency)
	}
	return sum
}

// achieved returns the right answers by the end of a trial, as a share of the hits that were due
// before the last stage.
func achieved(rec *load.Recording) float64 {
	answered, due := uint64(0), uint64(0)
	last := len(rec.Stages) - 1
	for i, g := range rec.Stages {
		answered += rec.Answered[i]
		if i < last {
			due += g.Hits + g.Errors
		}
	}
	return min(1, float64(answered)/max(1, float64(due)))
}

// failed returns the errors of each second of a trial.
func failed(rec *load.Recording, length time.Duration) []uint64 {
	all := make([]uint64, int(math.Ceil(length.Seconds())))
	for i, s := range rec.Seconds[:min(len(all), len(rec.Seconds))] { // later seconds have answers only
		all[i] = s.Errors
	}
	return all
}

// dues returns all due times, in seconds.
func dues(a load.Arrivals) (all []float64) {
	for n := uint64(0); ; n++ {
		due, ok := a.At(n)
		if !ok {
			return all
		}
		all = append(all, due.Seconds())
	}
}

// mostLagShare is the share of the objective above which the generator's own delay would
// decide whether the objective is met.
const mostLagShare = 0.2

// invalid returns why a trial measures the generator; "" if it does not.
func (l *limitRun) invalid(rec *load.Recording) string {
	if text := lags(rec); text != "" {
		return text
	}
	allowed := time.Duration(mostLagShare * float64(l.plan.Scenario.Objective.P95))
	if lag := rec.Lag.Quantile(0.95); rec.Lag.Count() >= 200 && lag > allowed {
		return fmt.Sprintf("the load generator fell behind: one hit in twenty was sent more than %s late", unit.Seconds(lag.Seconds()))
	}
	return ""
}

// keep adds a trial to the result.
func (l *limitRun) keep(e *instance.Instance, s *search.Search, t search.Trial, lag *histogram.Histogram, steady load.Group, x result.LimitTrial) {
	x.Rate, x.Seconds, x.Lead, x.Hits, x.Errors, x.Invalid, x.Achieved = t.Rate, t.Seconds, t.Lead, t.Hits, t.Errors, t.Invalid, t.Achieved
	x.OfferedRPS = float64(t.Hits+t.Errors) / (t.Seconds - t.Lead)
	x.P50, x.P95, x.Max = known(steady.Latency.Quantile(0.5).Seconds()), known(t.P95), result.Longest(steady.Latency)
	x.SendLag = result.Quantile(lag, 0.99)
	x.Why = s.Objective.Failure(t)
	x.Sustained = x.Why == "" && x.Invalid == ""
	l.trials[e.Name] = append(l.trials[e.Name], x)
}

// warnings returns doubts about the limits.
func (l *limitRun) warnings(limits result.Limits) (all []result.Warning) {
	for i, s := range l.searches {
		name := l.instances[i].Name
		x := limits[name]
		if x.Bounded() && float64(x.High/x.Low) > search.Within+0.005 {
			all = append(all, result.Warning{About: result.AboutLimits + name, Text: fmt.Sprintf("the bounds of %s are %s apart, since the budget was spent: a longer one makes them narrower", name, unit.Percent(float64(x.High/x.Low)-1))})
		}
		if text := l.leftovers(name); text != "" {
			all = append(all, result.Warning{About: result.AboutLimits + name, Text: text})
		}
		if !s.Plausible() {
			all = append(all, result.Warning{About: result.AboutLimits + name, Text: fmt.Sprintf("the trials of %s contradict each other: its speed changed during the search, or it does not behave like a queue, and its bounds are less certain than stated", name)})
		}
	}
	return all
}
