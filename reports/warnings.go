package reports

import (
	"slices"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/reports/internal/facts"
	"github.com/classibench/classibench/reports/internal/table"
)

// warningsAbout are the warnings about a part of the result, such as "capacity".
func warningsAbout(r *result.Result, part string) table.Notes {
	return facts.Warnings(r, func(p string) bool { return p == part })
}

// otherWarnings are the warnings that no table has: about none of these parts, or about one
// that the result lacks.
func otherWarnings(r *result.Result) table.Notes {
	return facts.Warnings(r, func(p string) bool {
		return !(p == "capacity" && r.Capacity != nil || p == "replay" && replayed(r) || p == result.AboutCosts && costed(r))
	})
}

// replayWarnings are the warnings about the replay, and why a trial is invalid unless a
// warning has the same reason.
func replayWarnings(r *result.Result) table.Notes {
	all := warningsAbout(r, "replay")
	for _, t := range r.Replay.Trials {
		n := facts.NoteOn(r, facts.Index(r, t.Target), t.Invalid)
		if t.Invalid != "" && !slices.Contains(all, n) {
			all = append(all, n)
		}
	}
	return all
}
