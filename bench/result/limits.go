package result

import (
	"fmt"
	"math"
	"slices"

	"github.com/classibench/classibench/internal/unit"
)

// AboutLimits begins the names of limits in warnings; the name of a target follows.
const AboutLimits = "limits."

// Limits are the highest sustained arrival rates, by target.
type Limits map[string]Limit

// A Limit is the highest rate that a target sustains under the objective, in the long run.
// An unknown bound is NaN: no higher rate could be offered, or no rate was sustained.
type Limit struct {
	Low        Float      `json:"low_rps"`
	High       Float      `json:"high_rps"`
	RPS        Float      `json:"rps"`                 // the most likely limit
	Confidence float64    `json:"confidence"`          // with which the bounds hold the limit
	HitsPerDay Float      `json:"hits_per_day"`        // of a day whose busiest moment has the lower bound
	PeakToMean float64    `json:"peak_to_mean"`        // of such a day
	PeakFrom   PeakSource `json:"peak_from,omitempty"` // where PeakToMean is from

	Generator Float        `json:"generator_rps"`  // rate that the generator could not offer; unknown if it was not at its own limit
	Gain      *LimitGain   `json:"gain,omitempty"` // over the baseline
	Trials    []LimitTrial `json:"trials"`
}

// A LimitGain is the ratio of a candidate's limit to the baseline's.
type LimitGain struct {
	Ratio float64 `json:"ratio"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
	Level float64 `json:"level"`
}

// A LimitTrial is one rate that was offered to a target.
type LimitTrial struct {
	At         float64 `json:"at"` // seconds since the search began
	Rate       float64 `json:"rate"`
	Seconds    float64 `json:"seconds"`
	OfferedRPS float64 `json:"offered_rps"` // hits that arrived ÷ Seconds
	Achieved   float64 `json:"achieved"`    // right answers by the end ÷ hits that were due one objective before it
	Hits       uint64  `json:"hits"`
	Errors     uint64  `json:"errors"`
	P50        Float   `json:"p50"`
	P95        Float   `json:"p95"` // even if it has few answers
	Max        Float   `json:"max"`
	SendLag    Float   `json:"send_lag"` // p99
	CPUCores   float64 `json:"cpu_cores,omitempty"`
	Sustained  bool    `json:"sustained"`
	Why        string  `json:"why,omitempty"`     // it was not sustained
	Invalid    string  `json:"invalid,omitempty"` // why the figures must not be used
}

// Bounded reports whether both bounds are known.
func (l Limit) Bounded() bool { return l.Low.Known() && l.High.Known() }

// AddGains computes the gains over the baseline, for limits with both bounds.
func (ls Limits) AddGains(targets []Target) {
	if len(targets) == 0 || !ls[targets[0].Name].Bounded() {
		return
	}
	base := ls[targets[0].Name]
	for _, t := range targets[1:] {
		if l, ok := ls[t.Name]; ok && l.Bounded() {
			l.Gain = gainOver(base, l)
			ls[t.Name] = l
		}
	}
}

// gainOver divides two limits that were measured independently: on the logarithmic scale,
// the squares of the distances from estimate to bound add up.
func gainOver(base, l Limit) *LimitGain {
	ratio := float64(l.RPS / base.RPS)
	down := math.Hypot(math.Log(float64(l.RPS/l.Low)), math.Log(float64(base.High/base.RPS)))
	up := math.Hypot(math.Log(float64(l.High/l.RPS)), math.Log(float64(base.RPS/base.Low)))
	return &LimitGain{Ratio: ratio, Low: ratio * math.Exp(-down), High: ratio * math.Exp(up), Level: l.Confidence}
}

// limitSentences describes the gains in limits; where one is not known, also the limits.
func limitSentences(r *Result) []string {
	all := limitGains(r)
	if len(all) == len(r.Targets)-1 && len(all) > 0 {
		return all
	}
	for _, text := range limitTexts(r) {
		all = append(all, text+".")
	}
	return all
}

func limitGains(r *Result) (all []string) {
	for _, t := range r.Targets[1:] {
		if g := r.Limits[t.Name].Gain; g != nil {
			all = append(all, fmt.Sprintf("%s sustains %s times the arrival rate of %s (%s interval %s to %s).", t.Name, unit.Number(g.Ratio), r.Baseline(), unit.Percent(g.Level), unit.Number(g.Low), unit.Number(g.High)))
		}
	}
	return all
}

// limitReasons describes each limit that the sentences do not describe.
func limitReasons(r *Result, sentences []string) (reasons []string) {
	for _, text := range limitTexts(r) {
		if !slices.Contains(sentences, text+".") {
			reasons = append(reasons, text)
		}
	}
	return reasons
}

// limitTexts describes the limits of all targets in hits a second and hits a day.
func limitTexts(r *Result) (all []string) {
	for _, t := range r.Targets {
		if l, ok := r.Limits[t.Name]; ok {
			all = append(all, t.Name+" "+l.words())
		}
	}
	return all
}

// words describes the bounds: "sustains between 50.1 and 52.7 hits/s". The hits a day stand
// behind the rates that they belong to, before the reason why a bound is missing.
func (l Limit) words() string {
	daily := l.daily()
	switch {
	case l.Bounded():
		return fmt.Sprintf("sustains between %s and %s hits/s%s", unit.Number(float64(l.Low)), unit.Number(float64(l.High)), daily)
	case l.Low.Known() && l.Generator.Known():
		return fmt.Sprintf("sustains at least %s hits/s%s: its limit is not known, since the generator was at its own limit at %s hits/s", unit.Number(float64(l.Low)), daily, unit.Number(float64(l.Generator)))
	case l.Low.Known():
		return fmt.Sprintf("sustains at least %s hits/s%s: the budget was spent before a rate was too high", unit.Number(float64(l.Low)), daily)
	case l.High.Known():
		return fmt.Sprintf("did not meet the objective at any rate, down to %s hits/s", unit.Number(float64(l.High)))
	}
	return "has no valid trial: its limit is not known"
}

func (l Limit) daily() string {
	if !l.HitsPerDay.Known() {
		return ""
	}
	return fmt.Sprintf(", or %s million hits a day %s", unit.Number(float64(l.HitsPerDay)/1e6), l.Peak().words())
}

// Peak returns the peak of the day of HitsPerDay.
func (l Limit) Peak() Peak { return Peak{l.PeakToMean, l.PeakFrom} }

// LimitsKnown reports whether both bounds of each target are known.
func (r *Result) LimitsKnown() bool {
	for _, t := range r.Targets {
		if l, ok := r.Limits[t.Name]; !ok || !l.Bounded() {
			return false
		}
	}
	return true
}
