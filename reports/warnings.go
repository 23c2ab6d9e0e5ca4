package reports

import (
	"slices"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/reports/internal/facts"
	"github.com/classibench/classibench/reports/internal/table"
)

// warningsAbout returns the warnings about a part of the result, "capacity" or "replay".
func warningsAbout(r *result.Result, part string) table.Notes {
	return facts.Warnings(r, func(p string) bool { return p == part })
}

// otherWarnings returns the warnings that no table shows: about neither part, or about a
// part that the result lacks.
func otherWarnings(r *result.Result) table.Notes {
	return facts.Warnings(r, func(p string) bool {
		return !(p == "capacity" && r.Capacity != nil || p == "replay" && replayed(r) || p == result.AboutCosts && costed(r) || p == result.AboutDatabase && databased(r) || p == "limits" && len(r.Limits) > 0)
	})
}

// replayWarnings returns the warnings about the replay, and the reasons of invalid trials
// that no warning gives.
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
