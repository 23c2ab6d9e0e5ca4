package reports

import (
	"slices"
	"strings"

	"github.com/classibench/classibench/bench/result"
)

// targetOf is the number of the target that a key of the result is about, −1
// for none: "replay.trials.cgi" is about cgi.
func targetOf(r *result.Result, key string) int {
	best := -1
	if key == "capacity.gain" { // whatever the targets are called
		return best
	}
	for i, t := range r.Targets {
		if strings.HasSuffix(key, "."+t.Name) && (best < 0 || len(t.Name) > len(r.Targets[best].Name)) {
			best = i
		}
	}
	return best
}

// number is the number of a target of that name, −1 for none.
func number(r *result.Result, name string) int {
	return slices.IndexFunc(r.Targets, func(t result.Target) bool { return t.Name == name })
}

// doubts are the warnings about a part of the result, "capacity" or "replay".
func doubts(r *result.Result, part string) []note {
	var notes []note
	for _, w := range r.Warnings {
		if w.About == part || strings.HasPrefix(w.About, part+".") {
			notes = append(notes, noteOn(r, targetOf(r, w.About), w.Text))
		}
	}
	return notes
}

// noteOn names the target that a note is about, unless the text does: at its beginning, or
// as that of which something is. Elsewhere "server" may be any.
func noteOn(r *result.Result, target int, text string) note {
	if target >= 0 {
		name := r.Targets[target].Name
		if !strings.HasPrefix(text, name+" ") && !strings.HasPrefix(text, name+":") && !strings.Contains(text, " of "+name+" ") {
			text = name + ": " + text
		}
	}
	return note{target, text}
}

// otherDoubts are the warnings about nothing that is shown: about neither part,
// or about one that the result lacks.
func otherDoubts(r *result.Result) []note {
	var notes []note
	for _, w := range r.Warnings {
		part, _, _ := strings.Cut(w.About, ".")
		if part == "capacity" && r.Capacity != nil || part == "replay" && replayed(r) {
			continue
		}
		notes = append(notes, noteOn(r, targetOf(r, w.About), w.Text))
	}
	return notes
}

// replayDoubts are the warnings about the replay, and why a trial is invalid
// unless a warning says so.
func replayDoubts(r *result.Result) []note {
	notes := doubts(r, "replay")
	for _, t := range r.Replay.Trials {
		n := noteOn(r, number(r, t.Target), t.Invalid)
		if t.Invalid != "" && !slices.Contains(notes, n) {
			notes = append(notes, n)
		}
	}
	return notes
}

// attach puts notes beneath a table and their numbers beside its rows.
func (t *table) attach(notes []note) {
	for _, n := range notes {
		t.Notes = append(t.Notes, n)
		if n.Target < 0 {
			continue
		}
		for _, g := range t.Groups {
			for i := range g.Rows {
				if g.Rows[i].Target == n.Target {
					g.Rows[i].Marks = append(g.Rows[i].Marks, len(t.Notes))
				}
			}
		}
	}
}
