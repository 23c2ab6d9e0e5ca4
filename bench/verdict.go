package bench

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Judge says what a result means, in a sentence and with reasons. It depends on
// nothing but the result.
func Judge(r *Result) Verdict {
	v := Verdict{Valid: true}
	for _, doubt := range invalid(r) {
		v.Valid = false
		v.Reasons = append(v.Reasons, doubt)
	}
	v.Sentence = sentence(r, v.Valid)
	v.Reasons = append(v.Reasons, peakReasons(r)...)
	v.Reasons = append(v.Reasons, cpuReason(r)...)
	return v
}

// MaxErrors is the share of errors above which throughput counts for nothing:
// a program that fails fast would win.
const MaxErrors = 0.01

// invalid lists why the measurement cannot be trusted.
func invalid(r *Result) []string {
	var doubts []string
	if r.Capacity != nil {
		for _, t := range r.Targets {
			x := r.Capacity.Throughput[t.Name]
			if share := errorShare(x.Hits, x.Errors); share > MaxErrors {
				doubts = append(doubts, fmt.Sprintf("%s answered %s of the capacity measurement's requests wrongly", t.Name, percent(share)))
			}
		}
	}
	if r.Replay != nil {
		for _, t := range r.Replay.Trials {
			if t.Invalid != "" {
				doubts = append(doubts, fmt.Sprintf("the replay against %s is invalid: %s", t.Target, t.Invalid))
			}
		}
	}
	return doubts
}

func sentence(r *Result, valid bool) string {
	switch {
	case !valid:
		return "This measurement cannot be trusted."
	case len(r.Targets) == 1 && r.Partial == "":
		return fmt.Sprintf("%s was measured alone: there is nothing to compare it with.", r.Targets[0].Name)
	case r.Capacity == nil || r.Capacity.Gain == nil:
		return "The run ended before the gain was known."
	}
	g := r.Capacity.Gain
	base := r.Baseline()
	switch {
	case g.Low > 1:
		return fmt.Sprintf("%s carries %s times the throughput of %s (%s interval %s to %s).",
			g.Candidate, times(g.Ratio), base, percent(g.Level), times(g.Low), times(g.High))
	case g.High < 1:
		return fmt.Sprintf("%s carries less than %s: %s of its throughput (%s interval %s to %s).",
			g.Candidate, base, percent(g.Ratio), percent(g.Level), percent(g.Low), percent(g.High))
	}
	return fmt.Sprintf("No difference in throughput was found between %s and %s (ratio %s, %s interval %s to %s).",
		g.Candidate, base, times(g.Ratio), percent(g.Level), times(g.Low), times(g.High))
}

// peakReasons says how each target fared at the stage that was offered most.
func peakReasons(r *Result) []string {
	if r.Replay == nil || len(r.Replay.Stages) == 0 {
		return nil
	}
	peak := 0
	for i, s := range r.Replay.Stages {
		if s.Offered > r.Replay.Stages[peak].Offered {
			peak = i
		}
	}
	var reasons []string
	for _, t := range r.Replay.Trials {
		i := slices.IndexFunc(t.Stages, func(s StageResult) bool { return s.Name == r.Replay.Stages[peak].Name })
		if t.Invalid == "" && i >= 0 && t.Stages[i].Hits+t.Stages[i].Errors > 0 {
			reasons = append(reasons, peakReason(t, t.Stages[i], r.Replay.Stages[peak]))
		}
	}
	return reasons
}

func peakReason(t Trial, s StageResult, stage Stage) string {
	words := fmt.Sprintf("at %q (%.0f hits/s offered) %s", stage.Name, stage.Offered, t.Target)
	if s.Meets {
		return fmt.Sprintf("%s met the objective: p95 %s, %s errors, %d tasks runnable at most",
			words, seconds(s.Latency.P95), percent(errorShare(s.Hits, s.Errors)), s.Load.RunnableMax)
	}
	return fmt.Sprintf("%s missed the objective: p95 %s, %s errors, %d tasks runnable at most",
		words, seconds(s.Latency.P95), percent(errorShare(s.Hits, s.Errors)), s.Load.RunnableMax)
}

// cpuReason compares the CPU of the same replay per right answer, so that a
// target that refused half its visitors does not look thrifty.
func cpuReason(r *Result) []string {
	if r.Replay == nil || len(r.Replay.Trials) < 2 {
		return nil
	}
	var words []string
	for _, t := range r.Replay.Trials {
		if t.Hits == 0 || t.Invalid != "" || t.Load.AliveMax == 0 {
			return nil
		}
		words = append(words, fmt.Sprintf("%s %s", t.Target, seconds(Float(t.Load.CPU/float64(t.Hits)))))
	}
	return []string{"CPU per answer in the replay: " + strings.Join(words, ", ")}
}

func errorShare(hits, errors uint64) float64 {
	if hits+errors == 0 {
		return 0
	}
	return float64(errors) / float64(hits+errors)
}

// times prints a ratio with three digits.
func times(x float64) string {
	switch {
	case x >= 100:
		return fmt.Sprintf("%.0f", x)
	case x >= 10:
		return fmt.Sprintf("%.1f", x)
	}
	return fmt.Sprintf("%.2f", x)
}

func percent(x float64) string { return fmt.Sprintf("%.3g%%", 100*x) }

// seconds prints a time with the unit that suits it.
func seconds(f Float) string {
	x := float64(f)
	switch {
	case math.IsNaN(x):
		return "unknown"
	case x >= 1:
		return fmt.Sprintf("%.3g s", x)
	case x >= 1e-3:
		return fmt.Sprintf("%.3g ms", x*1e3)
	}
	return fmt.Sprintf("%.3g µs", x*1e6)
}
