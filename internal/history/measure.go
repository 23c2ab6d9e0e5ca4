package history

import (
	"cmp"
	"math"
	"slices"

	"github.com/classibench/classibench/bench/result"
)

// A Measure is one figure of a run.
type Measure struct {
	Metric  Metric
	Target  string
	Against string       // the baseline of a gain
	Stage   string       // of the replay, for a p95; empty means all of it
	Value   float64      // above 0; its unit is the metric's
	Low     result.Float // confidence interval, if there is one
	High    result.Float
}

// A Metric is a kind of figure in a history.
type Metric string

// The metrics.
const (
	Gain       Metric = "gain"       // a target's throughput ÷ that of the baseline
	Throughput Metric = "throughput" // hits per second in the closed loop
	P95        Metric = "p95"        // seconds from the moment a hit was due, in the replay
)

// Metrics lists all metrics.
var Metrics = []Metric{Gain, Throughput, P95}

// LessIsBetter reports whether a step up is bad news.
func (m Metric) LessIsBetter() bool { return m == P95 }

// measures returns the known figures of a result. A gate has another baseline than CGI, so
// its ratio is a separate series.
func measures(r *result.Result) []Measure {
	all := slices.Concat(gains(r), throughputs(r), latencies(r))
	all = slices.DeleteFunc(all, func(m Measure) bool { return m.Target == "" || !plausible(m.Value) })
	slices.SortStableFunc(all, Measure.compare)
	return slices.CompactFunc(all, func(a, b Measure) bool { return a.compare(b) == 0 })
}

// plausible rejects values that cannot be measured and that no axis can show.
func plausible(x float64) bool { return x >= 1e-7 && x <= 1e9 }

var none = result.Float(math.NaN())

func gains(r *result.Result) (all []Measure) {
	if len(r.Targets) == 0 {
		return nil
	}
	base := r.Baseline()
	if c := r.Capacity; c != nil {
		found := c.Gains
		if c.Gain != nil && len(found) == 0 {
			found = map[string]result.Gain{c.Gain.Candidate: *c.Gain}
		}
		for name, g := range found {
			all = append(all, newGain(name, base, g.Ratio, g.Low, g.High))
		}
	}
	return append(all, gated(r)...)
}

func newGain(target, base string, ratio, low, high float64) Measure {
	m := Measure{Metric: Gain, Target: target, Against: base, Value: ratio, Low: none, High: none}
	if plausible(low) && plausible(high) && low <= ratio && ratio <= high {
		m.Low, m.High = result.Float(low), result.Float(high)
	}
	return m
}

// gated returns the ratio of the whole mix in a gate.
func gated(r *result.Result) []Measure {
	if r.Gate == nil || len(r.Targets) < 2 {
		return nil
	}
	if c, ok := r.Gate.Throughput(); ok {
		return []Measure{newGain(r.Targets[1].Name, r.Targets[0].Name, float64(c.Ratio), float64(c.Low), float64(c.High))}
	}
	return nil
}

func throughputs(r *result.Result) (all []Measure) {
	if r.Capacity != nil {
		for name, t := range r.Capacity.Throughput {
			all = append(all, plainMeasure(Throughput, name, "", t.RPS))
		}
	}
	if r.Gate != nil {
		for name, rps := range gateRates(r.Gate) {
			all = append(all, plainMeasure(Throughput, name, "", rps))
		}
	}
	return all
}

// gateRates returns the right answers ÷ time of each side's blocks.
func gateRates(g *result.Gate) map[string]float64 {
	rates := map[string]float64{}
	for name, sum := range result.Totals(g.AllQuads()) {
		rates[name] = float64(sum.Hits) / sum.Seconds
	}
	return rates
}

func latencies(r *result.Result) (all []Measure) {
	if r.Replay == nil {
		return nil
	}
	for _, t := range r.Replay.Trials {
		all = append(all, plainMeasure(P95, t.Target, "", float64(t.Latency.P95)))
		for _, s := range t.Stages {
			all = append(all, plainMeasure(P95, t.Target, s.Name, float64(s.Latency.P95)))
		}
	}
	return all
}

func plainMeasure(m Metric, target, stage string, value float64) Measure {
	return Measure{Metric: m, Target: target, Stage: stage, Value: value, Low: none, High: none}
}

// compare orders measures by metric, stage and target.
func (m Measure) compare(n Measure) int {
	return cmp.Or(
		cmp.Compare(m.Metric.place(), n.Metric.place()), cmp.Compare(m.Stage, n.Stage),
		cmp.Compare(m.Target, n.Target), cmp.Compare(m.Against, n.Against),
	)
}

func (m Metric) place() int { return slices.Index(Metrics, m) }
