package main

import (
	"fmt"
	"slices"
	"strings"
)

// A row is what was found of a program.
type row struct {
	animal
	Name    string  `json:"name"`
	Seed    int     `json:"seed"`
	Found   bool    `json:"found"`
	Kind    bool    `json:"kind"`   // the kind is right
	Cause   bool    `json:"cause"`  // the hazard is right
	Length  int     `json:"length"` // of the shortest sequence that was found
	Seconds float64 `json:"seconds"`
	Probes  int     `json:"probes"`
	Starts  int     `json:"restarts"`
	Error   string  `json:"error,omitempty"`
	Text    string  `json:"text,omitempty"`
	found   result
}

// A result is what is read of the result of the command.
type result struct {
	Verdict  string `json:"verdict"`
	Tried    struct{ Restarts, Probes, Requests int }
	Findings []struct {
		Kind     string `json:"kind"`
		Hazard   int    `json:"hazard"`
		Length   int    `json:"length"`
		Place    string `json:"place"`
		Sequence []struct{ Method, URL string }
	} `json:"findings"`
}

// judge compares what was found with what was planted.
func (r *row) judge() {
	r.Probes, r.Starts = r.found.Tried.Probes, r.found.Tried.Restarts
	var texts []string
	for _, f := range r.found.Findings {
		r.Found = true
		if f.Kind == r.kind {
			r.Cause = r.Cause || f.Hazard == r.hazard
			if !r.Kind || f.Length < r.Length {
				r.Length = f.Length
			}
			r.Kind = true
		}
		text := fmt.Sprintf("%s/%d at %s:", f.Kind, f.Hazard, f.Place)
		for _, s := range f.Sequence {
			text += " " + s.Method + " " + s.URL
		}
		texts = append(texts, text)
	}
	r.Text = strings.Join(texts, "; ")
}

// fine reports whether everything about a program is right, but for the cause.
func (r row) fine() bool {
	if r.clean() {
		return r.found.Verdict == "same"
	}
	return r.Kind && r.Length == r.length
}

func printHead() {
	fmt.Printf("%-24s %6s %-11s %-5s %-5s %-5s %6s %6s %8s %7s  %s\n", "program", "hazard", "kind", "found", "kind", "cause", "length", "probes", "restarts", "seconds", "what was found")
}

func (r row) print() {
	length := "–"
	if !r.clean() {
		length = fmt.Sprintf("%d of %d", r.Length, r.length)
	}
	text := r.Text
	if r.Error != "" {
		text = r.Error
	}
	mark := map[bool]string{true: "yes", false: "NO"}
	found := mark[r.Found]
	if r.clean() {
		found = map[bool]string{true: "ALARM", false: "clean"}[r.Found]
	}
	fmt.Printf("%-24s %6d %-11s %-5s %-5s %-5s %6s %6d %8d %7.1f  %s\n", r.Name, r.hazard, r.kind, found, mark[r.Kind || r.clean()], mark[r.Cause || r.clean() || r.hazard == 0], length, r.Probes, r.Starts, r.Seconds, text)
}

// printSums prints the sums that are the goal.
func printSums(rows []row) {
	hazards, causes := map[int]bool{}, map[int]bool{}
	planted, found, minimal, clean, alarms, failed := 0, 0, 0, 0, 0, 0
	var seconds []float64
	for _, r := range rows {
		seconds = append(seconds, r.Seconds)
		if r.Error != "" {
			failed++
		}
		if r.clean() {
			clean++
			if r.Found {
				alarms++
			}
			continue
		}
		planted++
		if r.Found {
			found++
			hazards[r.hazard] = true
		}
		causes[r.hazard] = causes[r.hazard] || r.Cause
		if r.fine() {
			minimal++
		}
	}
	delete(hazards, 0)
	named := 0
	for h, ok := range causes {
		if ok && h > 0 {
			named++
		}
	}
	slices.Sort(seconds)
	median := 0.0
	if len(seconds) > 0 {
		median = seconds[len(seconds)/2]
	}
	fmt.Printf("\n%d of %d planted faults found, %d of them with their kind and the shortest sequence; %d of 17 hazards found, %d with their cause\n", found, planted, minimal, len(hazards), named)
	fmt.Printf("%d of %d runs of clean programs raised an alarm; %d runs failed; median %.1f s\n", alarms, clean, failed, median)
}

// problem returns the line of the messages of a command that names its error, or the last one.
func problem(messages []byte) string {
	all := strings.Split(strings.TrimSpace(string(messages)), "\n")
	if i := slices.IndexFunc(all, func(line string) bool { return strings.HasPrefix(line, "classibench: ") }); i >= 0 {
		return all[i]
	}
	return all[len(all)-1]
}
