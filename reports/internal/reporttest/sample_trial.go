package reporttest

import (
	"math"
	"time"

	"github.com/classibench/classibench/bench/histogram"
	"github.com/classibench/classibench/bench/result"
)

// answered are the answers of a trial.
type answered []answer

// sampleTrial returns the trial that a run measures with these answers.
func sampleTrial(r *result.Result, q queue, all answered) result.Trial {
	t := result.Trial{Target: q.name}
	last := all.last()
	t.Samples = q.samples(all, last)
	t.Hits, t.Errors, t.Latency = all.count(func(answer) bool { return true })
	t.OfferedRPS, t.AchievedRPS = float64(len(all))/r.Replay.Seconds, float64(t.Hits)/last
	t.Service, t.SendLag, t.Load = t.Latency, result.Latency{Count: uint64(len(all)), Mean: 9e-5, P50: 8e-5, P90: 1e-4, P95: 1.2e-4, P99: 2e-4, P999: 4e-4, Max: 1e-3}, loadOf(t.Samples, 0, last)
	if t.Errors > 0 {
		t.Faults = map[string]result.Fault{"timeout": {Count: t.Errors, Example: "GET /c/furniture: no answer 10s after it was due"}}
	}
	for _, s := range r.Replay.Stages {
		t.Stages = append(t.Stages, all.stage(s, t.Samples, r.Scenario.Objective))
	}
	for i, route := range SampleRoutes {
		x := result.RouteResult{Route: route}
		x.Hits, x.Errors, x.Latency = all.count(func(a answer) bool { return a.route == i })
		t.Routes = append(t.Routes, x)
	}
	for second := range int(math.Ceil(last)) {
		all.addSecond(&t, float64(second), float64(second+1))
	}
	return t
}

// last returns the end of the last answer.
func (all answered) last() (end float64) {
	for _, a := range all {
		end = max(end, a.end)
	}
	return end
}

// count returns the hits, errors and latency of some answers.
func (all answered) count(keep func(answer) bool) (hits, errors uint64, l result.Latency) {
	h := histogram.New()
	for _, a := range all {
		switch {
		case !keep(a):
		case a.failed:
			errors++
		default:
			hits++
			h.Record(time.Duration((a.end - a.due) * float64(time.Second)))
		}
	}
	return hits, errors, summarise(h)
}

// due keeps the answers that were due in a period.
func due(from, to float64) func(answer) bool {
	return func(a answer) bool { return a.due >= from && a.due < to }
}

// done returns the number of right answers in a period.
func (all answered) done(from, to float64) (n uint64) {
	for _, a := range all {
		if !a.failed && a.end >= from && a.end < to {
			n++
		}
	}
	return n
}

func (all answered) stage(s result.Stage, samples []result.Sample, o result.Objective) result.StageResult {
	x := result.StageResult{Name: s.Name, Load: loadOf(samples, s.From, s.To)}
	x.Hits, x.Errors, x.Latency = all.count(due(s.From, s.To))
	x.Latency.Histogram = ""
	x.AchievedRPS = float64(all.done(s.From, s.To)) / (s.To - s.From)
	x.OfferedRPS = float64(x.Hits+x.Errors) / (s.To - s.From)
	x.Meets = float64(x.Latency.P95) <= o.P95 && result.ErrorShare(x.Hits, x.Errors) <= o.Errors
	return x
}

// addSecond adds a point and a bin for one second.
func (all answered) addSecond(t *result.Trial, from, to float64) {
	hits, errors, l := all.count(due(from, to))
	t.Series = append(t.Series, result.Point{
		At: from, Due: hits + errors, Done: all.done(from, to), Errors: errors, P50: l.P50, P95: l.P95, P99: l.P99, Max: l.Max,
	})
	if hits > 0 {
		t.Bins = append(t.Bins, result.Bin{From: from, To: to, Hits: hits, P50: l.P50, P95: l.P95, Max: l.Max})
	}
}

func summarise(h *histogram.Histogram) result.Latency {
	at := func(q float64) result.Float {
		if !h.Supports(q) {
			return result.Float(math.NaN())
		}
		return result.Float(h.Quantile(q).Seconds())
	}
	l := result.Latency{Count: h.Count(), Mean: result.Float(math.NaN()), Max: result.Float(math.NaN()),
		P50: at(0.5), P90: at(0.9), P95: at(0.95), P99: at(0.99), P999: at(0.999)}
	if h.Count() > 0 {
		l.Mean, l.Max = result.Float(h.Mean().Seconds()), result.Float(h.Max().Seconds())
	}
	var err error
	if l.Histogram, err = h.Encode(); err != nil {
		panic(err)
	}
	return l
}
