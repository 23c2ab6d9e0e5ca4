package result

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/classibench/classibench/internal/unit"
)

// Title describes a finding in a line, such as "GET /new answers differently after POST /new".
// Requests that differ in their bodies only are told apart by a field.
func (f Finding) Title() string { return f.title(f.Sequence) }

// Title is that of a finding among all: a request is also told from those of other findings.
func (v *Verification) Title(f Finding) string {
	all := slices.Clone(f.Sequence)
	for _, other := range v.Findings {
		all = append(all, other.Sequence...)
	}
	return f.title(all)
}

// title describes a finding. Its requests are told from others among some steps.
func (f Finding) title(among []VerifiedStep) string {
	if f.Kind == KindGrowth {
		return f.growing()
	}
	title := f.Victim.labeled(among)
	if f.Canary {
		title += " shows a value of another visitor"
	} else {
		title += " answers differently"
	}
	return title + f.when(among)
}

// SentSequence returns the sequence with the values that its visitors sent.
func (f Finding) SentSequence() []VerifiedStep {
	all := slices.Clone(f.Sequence)
	for i, s := range all {
		if s.Sent != nil {
			all[i].URL, all[i].Header, all[i].Body = s.Sent.URL, s.Sent.Header, s.Sent.Body
		}
	}
	return all
}

// HasOwnValues reports whether a visitor sent other values than those in the list of
// requests.
func (f Finding) HasOwnValues() bool {
	return slices.ContainsFunc(f.Sequence, func(s VerifiedStep) bool { return s.Sent != nil })
}

// Line returns method and URL.
func (s VerifiedStep) Line() string { return s.Method + " " + s.URL }

// short is Line without the end of a long URL.
func (s VerifiedStep) short() string {
	const most = 80
	if r := []rune(s.Line()); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s.Line()
}

// when names the requests that the victim's answer depends on.
func (f Finding) when(among []VerifiedStep) string {
	others := f.Others()
	if f.Kind == KindConcurrency {
		others = slices.DeleteFunc(others, func(s VerifiedStep) bool { return s.Batch != f.Victim.Batch })
	}
	switch {
	case f.Kind == KindPort || len(others) == 0:
		return ""
	case f.Kind == KindConcurrency:
		return " while " + listed(others, among) + " " + plural(len(others), "is", "are") + " under way"
	}
	return " after " + listed(others, among)
}

// listed names two requests at most.
func listed(steps, among []VerifiedStep) string {
	switch len(steps) {
	case 1:
		return steps[0].labeled(among)
	case 2:
		return steps[0].labeled(among) + " and " + steps[1].labeled(among)
	}
	return steps[0].labeled(among) + " and " + unit.Whole(len(steps)-1) + " other requests"
}

// VictimAt returns the place of the victim in the sequence: the last one that equals it. It
// is −1 if there is no sequence.
func (f Finding) VictimAt() int {
	for i := len(f.Sequence) - 1; i >= 0; i-- {
		if reflect.DeepEqual(f.Sequence[i], f.Victim) {
			return i
		}
	}
	return len(f.Sequence) - 1
}

// Others returns the steps of the sequence beside the victim.
func (f Finding) Others() (others []VerifiedStep) {
	at := f.VictimAt()
	for i, s := range f.Sequence {
		if i != at {
			others = append(others, s)
		}
	}
	return others
}

// growing describes a finding of kind growth.
func (f Finding) growing() string {
	if f.Growth == nil {
		return "resources grow"
	}
	g := f.Growth
	title := fmt.Sprintf("%s grow by %s per 1,000 requests", g.Resource, g.amount(g.Per1000))
	if g.Resource == "memory" {
		title = strings.Replace(title, " grow ", " grows ", 1)
	}
	if g.Route != "" {
		title += " of " + g.Route
	}
	return title
}

// amount prints a number of the resource with its unit.
func (g Growth) amount(x float64) string {
	if g.Unit == "bytes" {
		if x < 0 {
			return "−" + unit.Memory(int64(-x))
		}
		return unit.Memory(int64(x))
	}
	return unit.Number(x)
}

// Amount prints the growth per 1,000 requests, and Bounds its interval.
func (g Growth) Amount() string { return g.amount(g.Per1000) }

// Bounds prints the interval of the growth per 1,000 requests.
func (g Growth) Bounds() string { return g.amount(g.Low) + " to " + g.amount(g.High) }

// Reliability describes how often the sequence showed the difference, and whether it is as
// short as possible. It is empty for a finding without a sequence.
func (f Finding) Reliability() string {
	if f.Length == 0 {
		return ""
	}
	text := unit.Count(f.Length, "request")
	if f.Growth != nil {
		return text + ", " + unit.Whole(f.Growth.Requests) + " sent in all"
	}
	if f.Minimal && f.Length > 1 {
		text += ", none of which can be left out"
	}
	switch {
	case f.Repeated == 0:
		return text
	case f.Shown == f.Repeated:
		return text + fmt.Sprintf("; shown in all of %s", unit.Count(f.Repeated, "repetition"))
	}
	return text + fmt.Sprintf("; shown in %s of %s", unit.Whole(f.Shown), unit.Count(f.Repeated, "repetition"))
}

// Causes describes the hazard.
func (f Finding) Causes() string {
	switch {
	case f.Hazard == 0 && f.Cause == "":
		return "not known"
	case f.Hazard == 0:
		return f.Cause
	}
	return fmt.Sprintf("hazard %d: %s", f.Hazard, f.Cause)
}

// Meaning describes a kind of finding.
func Meaning(kind string) string {
	return map[string]string{
		KindPort:        "a candidate that was just started answers this request differently",
		KindLifetime:    "the candidate answers differently only after certain requests: something stays in its process",
		KindConcurrency: "the candidate answers differently only while certain requests are under way",
		KindGrowth:      "the answers are equal, but the process uses more with each request",
	}[kind]
}
