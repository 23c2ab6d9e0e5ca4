package result

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/classibench/classibench/internal/unit"
)

// Judge returns the verdict on a result: a sentence for each candidate, and reasons.
// It depends on nothing but the result. Each part of the result is valid or invalid by
// itself: an invalid replay does not make a gain invalid.
func Judge(r *Result) Verdict {
	v := Verdict{Invalid: invalid(r)}
	v.Valid = len(v.Invalid) == 0
	v.Sentences = sentences(r, v)
	v.Sentence = strings.Join(v.Sentences, " ")
	for _, w := range v.Invalid {
		v.Reasons = append(v.Reasons, w.Text)
	}
	v.Reasons = append(v.Reasons, sharedErrors(r.errorShares())...)
	v.Reasons = append(v.Reasons, refusalReasons(r)...)
	v.Reasons = append(v.Reasons, objectiveReasons(r)...)
	v.Reasons = append(v.Reasons, cpuReason(r)...)
	v.Reasons = append(v.Reasons, limitReasons(r, v.Sentences)...)
	return v
}

// MaxErrors is the share of errors above which a throughput is invalid: otherwise a
// program that fails fast would win.
const MaxErrors = 0.01

// The parts of a result that may be invalid, each followed by the name of a target.
const (
	AboutThroughput = "capacity.throughput."
	aboutReplay     = "replay.trials."
	aboutAnswers    = "answers."
)

// invalid lists which parts of the result cannot be trusted, and why.
func invalid(r *Result) (all []Warning) {
	for _, t := range r.Targets {
		for _, d := range r.Answers.DifferencesOf(t.Name, true) {
			all = append(all, Warning{aboutAnswers + t.Name, fmt.Sprintf("%s and %s answer %d of %s with different status, for example %s: %s and %s",
				r.Baseline(), t.Name, d.Count, unit.Count(r.Answers.Asked, "request"), d.Request, d.Baseline, d.Answer)})
		}
		if r.Capacity == nil {
			continue
		}
		x := r.Capacity.Throughput[t.Name]
		unexplained := x.Errors - min(x.Errors, r.refused(t.Name)) // a refusal is a finding about the target
		if share := ErrorShare(x.Hits+x.Errors-unexplained, unexplained); share > MaxErrors {
			all = append(all, Warning{AboutThroughput + t.Name, fmt.Sprintf("%s answered %s of the capacity measurement's requests wrongly", t.Name, unit.Percent(share))})
		}
	}
	if r.Replay == nil {
		return all
	}
	for _, t := range r.Replay.Trials {
		if t.Invalid != "" {
			all = append(all, Warning{aboutReplay + t.Target, fmt.Sprintf("the replay against %s is invalid: %s", t.Target, t.Invalid)})
		}
	}
	return all
}

// reason is why a part is invalid; empty if it is not.
func (v Verdict) reason(parts ...string) string {
	for _, w := range v.Invalid {
		if slices.Contains(parts, w.About) {
			return w.Text
		}
	}
	return ""
}

// GainInvalid returns why the gain of a candidate cannot be trusted, "" if it can.
func (r *Result) GainInvalid(candidate string) string {
	if !r.Verdict.Valid && len(r.Verdict.Invalid) == 0 { // an earlier version did not list the invalid parts
		return strings.Join(r.Verdict.Reasons, "; ")
	}
	return r.Verdict.reason(gainParts(r.Baseline(), candidate)...)
}

func gainParts(baseline, candidate string) []string {
	return []string{aboutAnswers + candidate, AboutThroughput + candidate, AboutThroughput + baseline}
}

// alone returns the sentence about a baseline without candidates.
func alone(r *Result, v Verdict) string {
	name := r.Targets[0].Name
	switch {
	case v.reason(AboutThroughput+name) != "":
		return fmt.Sprintf("The throughput of %s cannot be trusted.", name)
	case r.Capacity == nil || r.Capacity.Throughput[name].Hits == 0:
		return fmt.Sprintf("%s was measured alone: there is nothing to compare it with.", name)
	}
	return fmt.Sprintf("%s carries %s hits/s; it was measured alone, and there is nothing to compare it with.", name, unit.Number(r.Capacity.Throughput[name].RPS))
}

// gainSentence describes the gain of a candidate, which can be trusted.
func gainSentence(r *Result, candidate string) string {
	base := r.Baseline()
	if r.Capacity != nil {
		if g, ok := r.Capacity.GainOf(candidate); ok {
			return g.sentence(base)
		}
	}
	switch {
	case r.Partial != "":
		return fmt.Sprintf("The run ended before the gain of %s was known (%s).", candidate, r.Partial)
	case r.Capacity == nil:
		return fmt.Sprintf("The gain of %s was not measured.", candidate)
	}
	return fmt.Sprintf("The budget was spent (%s) before the gain of %s was known: give it a larger one (--budget %.0fm).",
		unit.Seconds(r.Capacity.Seconds), candidate, max(1, math.Ceil(r.Capacity.Seconds/30)))
}

// wide is the ratio of the ends of an interval that contains 1 above which the interval
// leaves open whether there is a difference.
const wide = 1.5

// Bounded reports whether the interval of a gain is narrow enough to be useful: the
// interval of two halves of a quad may span many powers of ten.
func (g Gain) Bounded() bool {
	const most = 1e9
	return finite(g.Low) && finite(g.High) && g.Low > 0 && g.High < most*g.Low
}

// sentence describes a gain.
func (g Gain) sentence(base string) string {
	bounds := fmt.Sprintf("%s interval %s to %s", unit.Percent(g.Level), unit.Number(g.Low), unit.Number(g.High))
	switch {
	case !g.Bounded():
		return fmt.Sprintf("%s carried %s times the throughput of %s, in too few quads for an interval.", g.Candidate, unit.Number(g.Ratio), base)
	case (g.Low > 1 || g.High < 1) && g.Ratio >= 0.995 && g.Ratio < 1.005:
		return fmt.Sprintf("%s carries nearly as much as %s: %s%% of its throughput (%s interval %s%% to %s%%).",
			g.Candidate, base, unit.Fixed(100*g.Ratio, 2), unit.Percent(g.Level), unit.Fixed(100*g.Low, 2), unit.Fixed(100*g.High, 2))
	case g.Low > 1:
		return fmt.Sprintf("%s carries %s times the throughput of %s (%s).", g.Candidate, unit.Number(g.Ratio), base, bounds)
	case g.High < 1:
		return fmt.Sprintf("%s carries less than %s: %s of its throughput (%s interval %s to %s).",
			g.Candidate, base, unit.Percent(g.Ratio), unit.Percent(g.Level), unit.Percent(g.Low), unit.Percent(g.High))
	case g.High > wide*g.Low:
		return fmt.Sprintf("Whether %s carries more than %s or less is not known: the ratio is %s (%s).", g.Candidate, base, unit.Number(g.Ratio), bounds)
	}
	return fmt.Sprintf("No difference in throughput was found between %s and %s (ratio %s, %s).", g.Candidate, base, unit.Number(g.Ratio), bounds)
}
