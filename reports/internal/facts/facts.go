// Package facts lists how a result was measured, so that others can repeat the measurement,
// and finds the target that a warning is about.
package facts

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/shell"
	"github.com/classibench/classibench/internal/unit"
	"github.com/classibench/classibench/reports/internal/table"
)

// Of returns the facts that are needed to repeat a measurement.
func Of(r *result.Result) table.Facts {
	e := r.Environment
	all := table.Facts{
		{Term: "Command", Code: shell.Quote(r.Command)},
		{Term: "Machine", Text: machine(e)},
		{Term: "Isolation", Text: e.Pinning},
		{Term: "CPU quota", Text: e.Quota.String()},
		{Term: "Database", Text: e.Database},
		{Term: "Traffic", Text: traffic(r.Scenario)},
		{Term: "Objective of a stage", Text: objective(r.Scenario.Objective)},
	}
	for i, t := range r.Targets {
		all = append(all, targetFacts(t, i == 0)...)
	}
	all = append(all,
		table.Fact{Term: "Versions", Text: versions(r)},
		table.Fact{Term: "Run", Text: unit.Moment(r.Began) + ", " + unit.Duration(r.Seconds)},
	)
	return slices.DeleteFunc(all, func(f table.Fact) bool { return f.Text == "" && f.Code == "" })
}

// machine describes the machine, without unknown facts.
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

// shortDigest shortens a digest so that readers can still distinguish scenarios.
func shortDigest(s string) string { return s[:min(len(s), 12)] }

func objective(o result.Objective) string {
	if o.P95 <= 0 {
		return ""
	}
	return fmt.Sprintf("95%% of the answers within %s of the moment they were due, and errors at most %s", unit.Span(o.P95), unit.Percent(o.Errors))
}

func targetFacts(t result.Target, baseline bool) table.Facts {
	role := t.Kind
	if t.Instances > 1 {
		role = fmt.Sprintf("%d instances of a %s behind a balancer, which is one of its processes: its CPU time is that of the gateway in the costs", t.Instances, t.Kind)
	}
	if baseline {
		role += ", the baseline"
	}
	facts := table.Facts{{Term: t.Name, Text: role, Code: shell.Quote(t.Command)}}
	if t.Build != "" {
		facts = append(facts, table.Fact{Term: t.Name + ", built by", Code: t.Build})
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

// Index returns the number of the target with this name, or −1.
func Index(r *result.Result, name string) int {
	return slices.IndexFunc(r.Targets, func(t result.Target) bool { return t.Name == name })
}

// Warnings returns the warnings about some parts of a result, such as "capacity".
func Warnings(r *result.Result, about func(part string) bool) table.Notes {
	var all table.Notes
	for _, w := range r.Warnings {
		if part, _, _ := strings.Cut(w.About, "."); about(part) {
			all = append(all, NoteOn(r, target(r, w.About), w.Text))
		}
	}
	return all
}

// target returns the number of the target that a key of the result is about, or −1:
// "replay.trials.cgi" is about cgi.
func target(r *result.Result, key string) int {
	best := -1
	if key == "capacity.gain" { // even if a target is called gain
		return best
	}
	for i, t := range r.Targets {
		if strings.HasSuffix(key, "."+t.Name) && (best < 0 || len(t.Name) > len(r.Targets[best].Name)) {
			best = i
		}
	}
	return best
}

// NoteOn adds the name of the note's target, unless the text begins with it or contains "of"
// before it. Elsewhere a word such as "server" may mean any server.
func NoteOn(r *result.Result, target int, text string) table.Note {
	if target >= 0 {
		name := r.Targets[target].Name
		if !strings.HasPrefix(text, name+" ") && !strings.HasPrefix(text, name+":") && !strings.Contains(text, " of "+name+" ") {
			text = name + ": " + text
		}
	}
	return table.Note{Target: target, Text: text}
}
