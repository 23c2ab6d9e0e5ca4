package reports

import (
	"slices"
	"strings"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/reports/internal/facts"
	"github.com/classibench/classibench/reports/internal/table"
)

// doubts are the warnings about a part of the result, "capacity" or "replay".
func doubts(r *result.Result, part string) table.Notes {
	var all table.Notes
	for _, w := range r.Warnings {
		if w.About == part || strings.HasPrefix(w.About, part+".") {
			all = append(all, facts.NoteOn(r, facts.Target(r, w.About), w.Text))
		}
	}
	return all
}

// otherDoubts are the warnings about nothing that is shown: about neither part,
// or about one that the result lacks.
func otherDoubts(r *result.Result) table.Notes {
	var all table.Notes
	for _, w := range r.Warnings {
		part, _, _ := strings.Cut(w.About, ".")
		if part == "capacity" && r.Capacity != nil || part == "replay" && replayed(r) {
			continue
		}
		all = append(all, facts.NoteOn(r, facts.Target(r, w.About), w.Text))
	}
	return all
}

// replayDoubts are the warnings about the replay, and why a trial is invalid
// unless a warning says so.
func replayDoubts(r *result.Result) table.Notes {
	all := doubts(r, "replay")
	for _, t := range r.Replay.Trials {
		n := facts.NoteOn(r, facts.Index(r, t.Target), t.Invalid)
		if t.Invalid != "" && !slices.Contains(all, n) {
			all = append(all, n)
		}
	}
	return all
}
