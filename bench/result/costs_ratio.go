package result

import (
	"math"
	"slices"

	"github.com/classibench/classibench/bench/stats"
)

// accounts are those of a request, with a value for each round (see [ratios]); nil unless
// the accounts of all rounds are known.
func accounts(rounds []CostRound, of func(CostRound) *Account) []Account {
	var all []Account
	for _, r := range rounds {
		a := of(r)
		if a == nil || r.Requests == 0 {
			return nil
		}
		all = append(all, *a)
	}
	requests := requestsOf(rounds)
	cpu := ratios(requests, all, func(a Account) float64 { return a.CPU })
	faults := ratios(requests, all, func(a Account) float64 { return float64(a.Faults) })
	switches := ratios(requests, all, func(a Account) float64 { return float64(a.Switches) })
	for i := range all {
		all[i] = Account{CPU: cpu[i], Faults: Float(faults[i]), Switches: Float(switches[i])}
	}
	return all
}

func requestsOf(rounds []CostRound) (all []float64) {
	for _, r := range rounds {
		all = append(all, float64(r.Requests))
	}
	return all
}

// ratios are values whose mean is the cost of a request: the amounts of all rounds, divided
// by all requests. Their variance is that of this ratio (Cochran, Sampling Techniques, 3rd
// edition, theorem 2.5). The mean of amount/requests would be wrong: a round ends at a
// stopping time, so one request that takes long leaves its round few others, and such a mean
// would count it as often as a hundred of them.
func ratios[T any](requests []float64, rounds []T, amount func(T) float64) (values []float64) {
	ratio, per := 0.0, mean(requests)
	for _, r := range rounds {
		ratio += amount(r) / (per * float64(len(rounds)))
	}
	for i, r := range rounds {
		values = append(values, ratio+(amount(r)-ratio*requests[i])/per)
	}
	return values
}

// difference takes away what the same round had before; nil is nothing.
func difference(all, before []Account) []Account {
	if before == nil {
		return all
	}
	out := slices.Clone(all[:min(len(all), len(before))])
	for i := range out {
		out[i] = out[i].minus(before[i])
	}
	return out
}

// costOf is the mean of such values, with Student's interval. (Parts that are means add up to
// the total.) Where the interval holds nothing at all, only its upper end is known.
func costOf(rounds []Account) *Cost {
	var cpu, faults, switches []float64
	for _, a := range rounds {
		cpu, faults, switches = append(cpu, a.CPU), append(faults, float64(a.Faults)), append(switches, float64(a.Switches))
	}
	i := stats.TInterval(cpu, costLevel)
	return &Cost{
		CPUSeconds: max(0, mean(cpu)), Low: Float(max(0, i.Low)), High: Float(i.High), Below: !(i.Low > 0),
		PageFaults: Float(max(0, mean(faults))), ContextSwitches: Float(max(0, mean(switches))),
	}
}

func mean(d []float64) float64 {
	if len(d) == 0 {
		return math.NaN()
	}
	sum := 0.0
	for _, x := range d {
		sum += x
	}
	return sum / float64(len(d))
}
