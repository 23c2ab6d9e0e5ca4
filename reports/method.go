package reports

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/shell"
	"github.com/classibench/classibench/internal/unit"
)

// replayed reports whether there is anything of a replay to show.
func replayed(r *result.Result) bool { return r.Replay != nil && len(r.Replay.Trials) > 0 }

// replayMethod says in a sentence what was replayed.
func replayMethod(r *result.Result) string {
	return fmt.Sprintf("%s, the same %s of traffic against each target in turn; latency counts from the moment a hit was due, and a hit not answered after %s is an error.%s",
		r.Scenario.Name, unit.Span(r.Replay.Seconds), unit.Span(r.Replay.Timeout), capacityWords(r))
}

// capacityWords tell which capacity the rates of a replay are shares of, if they are:
// what was known when it began, which the whole measurement corrects a little.
func capacityWords(r *result.Result) string {
	shares := func(s result.Stage) bool { return strings.HasSuffix(s.Rate, " capacity") }
	if !(r.Replay.Capacity > 0) || !slices.ContainsFunc(r.Replay.Stages, shares) {
		return ""
	}
	return fmt.Sprintf(" Rates are shares of the %s hits/s that %s carried before the replay.", unit.Number(r.Replay.Capacity), r.Baseline())
}

// sentences are the verdict, a sentence a line.
func sentences(r *result.Result) []string {
	if len(r.Verdict.Sentences) == 0 {
		return []string{r.Verdict.Sentence}
	}
	return r.Verdict.Sentences
}

// invalidWords say which parts of a result cannot be trusted.
func invalidWords(r *result.Result) string {
	parts := []struct{ about, words string }{
		{"capacity.throughput.", "the throughput of "}, {"replay.trials.", "the replay against "}, {"answers.", "the answers of "},
	}
	var all []string
	for _, w := range r.Verdict.Invalid {
		for _, part := range parts {
			if name, ok := strings.CutPrefix(w.About, part.about); ok && !slices.Contains(all, part.words+name) {
				all = append(all, part.words+name)
			}
		}
	}
	if len(all) == 0 {
		return "Invalid measurement"
	}
	return "Invalid: " + strings.Join(all, ", ")
}

func partialWords(r *result.Result) string { return "Partial, the run ended early: " + r.Partial }

// A fact is one thing to know about how a result came about.
type fact struct {
	Term, Text string
	Code       string // what was run, if anything
}

// facts are what somebody needs to measure the same again.
func facts(r *result.Result) []fact {
	e := r.Environment
	all := []fact{
		{Term: "Command", Code: shell.Quote(r.Command)},
		{Term: "Machine", Text: machine(e)},
		{Term: "Isolation", Text: e.Pinning},
		{Term: "Traffic", Text: traffic(r.Scenario)},
		{Term: "Objective of a stage", Text: objective(r.Scenario.Objective)},
	}
	for i, t := range r.Targets {
		all = append(all, targetFacts(t, i == 0)...)
	}
	all = append(all,
		fact{Term: "Versions", Text: versions(r)},
		fact{Term: "Run", Text: unit.Moment(r.Began) + ", " + unit.Duration(r.Seconds)},
	)
	return slices.DeleteFunc(all, func(f fact) bool { return f.Text == "" && f.Code == "" })
}

// machine leaves out what is not known.
func machine(e result.Environment) string {
	parts := []string{e.CPU, unit.Count(e.Cores, "core")}
	if e.Memory > 0 {
		parts = append(parts, unit.Memory(e.Memory)+" of memory")
	}
	parts = append(parts, strings.Join([]string{e.OS, e.Kernel, e.Arch}, " "))
	if e.OpenFilesMax > 0 {
		parts = append(parts, unit.Whole(e.OpenFilesMax)+" open files at most")
	}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return strings.TrimSpace(s) == "" }), ", ")
}

func traffic(s result.Scenario) string {
	text := fmt.Sprintf("scenario %s (SHA-256 %s), seed %d", s.Name, shortDigest(s.SourceDigest()), s.Seed)
	if s.Ads > 0 {
		text += ", " + unit.Count(s.Ads, "ad")
	}
	if s.Description != "" {
		text += ": " + s.Description
	}
	return text
}

// shortDigest is enough of a digest to tell scenarios apart by eye.
func shortDigest(s string) string { return s[:min(len(s), 12)] }

func objective(o result.Objective) string {
	if o.P95 <= 0 {
		return ""
	}
	return fmt.Sprintf("95%% of the answers within %s of the moment they were due, and errors at most %s", unit.Span(o.P95), unit.Percent(o.Errors))
}

func targetFacts(t result.Target, baseline bool) []fact {
	role := t.Kind
	if baseline {
		role += ", the baseline"
	}
	facts := []fact{{Term: t.Name, Text: role, Code: shell.Quote(t.Command)}}
	if t.Build != "" {
		facts = append(facts, fact{Term: t.Name + ", built by", Code: t.Build})
	}
	return facts
}

func versions(r *result.Result) string {
	parts := []string{"classibench " + r.Version, r.Environment.Go}
	for _, name := range slices.Sorted(maps.Keys(r.Environment.Versions)) {
		parts = append(parts, name+" "+r.Environment.Versions[name])
	}
	return strings.Join(parts, ", ")
}
