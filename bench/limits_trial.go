package bench

import (
	"context"
	"fmt"
	"math"
	"time"

	search "github.com/classibench/classibench/bench/capacity"
	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/unit"
	"github.com/classibench/classibench/scenarios"
)

// trial offers a rate to an instance, and tells its search what came of it. The last stage
// is as long as the objective: hits that are due in it may still be answered in time.
func (l *limitRun) trial(ctx context.Context, i int, rate float64, length time.Duration) error {
	e, objective := l.instances[i], l.plan.Scenario.Objective.P95
	l.number++
	steady := scenarios.Rate{Value: rate}
	r := scenarios.Replay{Stages: []scenarios.Stage{
		{Name: unit.Number(rate) + " hits/s", For: length - objective, Rate: steady}, {Name: unit.Number(rate) + " hits/s", For: objective, Rate: steady},
	}}
	arrivals := func() load.Arrivals { return load.Poisson(l.plan.Seed<<20+l.number, r.Stages, 0) }
	at := time.Since(l.began).Seconds()
	rec, seen, err := l.plan.offer(ctx, l.clock, "limits: "+e.Name, e, load.Traffic{Arrivals: arrivals(), Requests: l.requests.From(e.Next), Stages: r.Ends()}, r)
	e.Next += rec.Hits + rec.Errors
	if err != nil {
		return err
	}
	t := search.Trial{Rate: rate, Seconds: length.Seconds(), Hits: rec.Hits, Errors: rec.Errors, P95: rec.Latency.Quantile(0.95).Seconds(), Invalid: l.invalid(rec)}
	t.Failed = failed(rec, length)
	t.Due, t.Step = search.Thin(dues(arrivals()))
	t.Achieved = min(1, float64(rec.Answered[0]+rec.Answered[1])/max(1, float64(rec.Stages[0].Hits+rec.Stages[0].Errors)))
	if len(t.Due) == 0 {
		t.Invalid = "no hit was due"
	}
	l.searches[i].Add(t)
	if t.Invalid == "" {
		for _, s := range l.searches {
			s.Offered = max(s.Offered, rate)
		}
	}
	l.keep(e, l.searches[i], t, rec, result.LimitTrial{At: at, CPUCores: seen.load(0, length.Seconds()).CPUCores})
	return nil
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
func (l *limitRun) keep(e *instance.Instance, s *search.Search, t search.Trial, rec *load.Recording, x result.LimitTrial) {
	x.Rate, x.Seconds, x.Hits, x.Errors, x.Invalid, x.Achieved = t.Rate, t.Seconds, t.Hits, t.Errors, t.Invalid, t.Achieved
	x.OfferedRPS = float64(t.Hits+t.Errors) / t.Seconds
	x.P50, x.P95, x.Max = known(rec.Latency.Quantile(0.5).Seconds()), known(t.P95), result.Longest(rec.Latency)
	x.SendLag = result.Quantile(rec.Lag, 0.99)
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
