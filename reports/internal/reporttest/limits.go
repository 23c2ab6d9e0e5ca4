package reporttest

import (
	"math"

	"github.com/classibench/classibench/bench/result"
)

// withLimits adds the limits of both targets, that of the first with more trials.
func withLimits(r *result.Result) {
	r.Limits = result.Limits{
		"cgi":        limit(52.4, 1.01, []float64{13, 26, 52, 105, 74, 62, 54, 55.6, 51.2, 53, 54.1}),
		"persistent": limit(5120, 1.025, []float64{1290, 2580, 5160, 10320, 7300, 6137, 5100, 5230}),
	}
	r.Limits.AddGains(r.Targets)
}

// limit returns a limit with trials whose latency grows as that of a queue.
func limit(rate, width float64, rates []float64) result.Limit {
	l := result.Limit{Low: result.Float(rate / width), RPS: result.Float(rate), High: result.Float(rate * width), Confidence: 0.95, PeakToMean: 2.04, PeakFrom: result.PeakOfScenario, Generator: result.Float(math.NaN())}
	l.HitsPerDay = l.Low * 86400 / 2.04
	capacity := 1.05 * rate
	for i, x := range rates {
		t := result.LimitTrial{At: 5 * float64(i), Rate: x, Seconds: 5, OfferedRPS: x * 1.01, Achieved: 1, Hits: uint64(5 * x), Sustained: x <= rate, CPUCores: min(1, x/capacity)}
		wait := 1 / capacity * (1 + 1.5*x/max(capacity-x, 0.02*capacity))
		if x > capacity {
			wait = 5 * (x/capacity - 1)
		}
		t.P50, t.P95, t.Max = result.Float(wait/2), result.Float(wait), result.Float(1.5*wait)
		if !t.Sustained {
			t.Why = "slow answers"
		}
		l.Trials = append(l.Trials, t)
	}
	return l
}

// limitsOnly is the result of a search alone, in which the generator limited a target.
func limitsOnly(r *result.Result) {
	withLimits(r)
	r.Capacity, r.Replay = nil, nil
	for name, l := range r.Limits { // a pair without a scenario
		l.PeakToMean, l.PeakFrom = 1.9, result.PeakOfDefault
		l.HitsPerDay = l.Low * 86400 / 1.9
		r.Limits[name] = l
	}
	l := r.Limits["persistent"]
	l.High, l.RPS, l.Generator, l.Gain = result.Float(math.NaN()), result.Float(math.NaN()), 10320, nil
	for i := range l.Trials[3:] {
		l.Trials[3+i].Invalid, l.Trials[3+i].Sustained = "the load generator fell behind: one hit in a hundred was sent more than 80.0 ms late", false
	}
	r.Limits["persistent"] = l
	r.Warnings = append(r.Warnings, result.Warning{About: "limits.cgi", Text: "the bounds of cgi are 12% apart, since the budget was spent: a longer one makes them narrower"})
}
