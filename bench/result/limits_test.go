package result_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/classibench/classibench/bench/result"
)

// No reason repeats a sentence of the headline, and each limit is described once, with its hits
// a day.
func TestLimitsAreDescribedOnce(t *testing.T) {
	unknown := result.Float(math.NaN())
	limit := func(low, high result.Float) result.Limit {
		return result.Limit{Low: low, High: high, RPS: (low + high) / 2, Confidence: 0.95, HitsPerDay: low * 86400 / 2, PeakToMean: 2, Generator: unknown}
	}
	bounded, open := limit(50, 53), limit(50, unknown)
	for name, limits := range map[string][]result.Limit{
		"one":                    {bounded},
		"one without a bound":    {open},
		"two":                    {bounded, bounded},
		"two, one without bound": {bounded, open},
		"three, two with gains":  {bounded, bounded, open},
	} {
		r := &result.Result{Limits: result.Limits{}}
		for i, l := range limits {
			target := string(rune('a' + i))
			r.Targets = append(r.Targets, result.Target{Name: target})
			r.Limits[target] = l
		}
		r.Limits.AddGains(r.Targets)
		v := result.Judge(r)
		all := slices.Concat(v.Sentences, v.Reasons)
		for _, target := range r.Targets {
			n := 0
			for _, text := range all {
				if strings.HasPrefix(text, target.Name+" sustains between") || strings.HasPrefix(text, target.Name+" sustains at least") {
					n++
					if !strings.Contains(text, "million hits a day") {
						t.Errorf("%s: without hits a day: %q", name, text)
					}
				}
			}
			if n != 1 {
				t.Errorf("%s: %s is described %d times: %q", name, target.Name, n, all)
			}
		}
	}
}
