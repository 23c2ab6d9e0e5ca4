package scenarios

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Encode writes a scenario as a file to go on from, with comments; comment stands at its
// head. [Parse] reads the same scenario from it, if the scenario is one that a file can
// describe: all texts are UTF-8, and fields of a form with the same name stand in a row.
func Encode(s *Scenario, comment string) []byte {
	w := &writer{}
	for line := range strings.Lines(comment) {
		w.line(0, strings.TrimRight("# "+line, " \n"))
	}
	w.line(0, "name: "+plain(s.Name))
	if s.Description != "" {
		w.line(0, "description: "+plain(s.Description))
	}
	if s.Data != Defaults().Data || s.usesData() {
		w.line(0, fmt.Sprintf("data: {ads: %d, seed: %d}", s.Data.Ads, s.Data.Seed))
	}
	w.draws(s.Draw)
	w.mix(s.Mix)
	w.run(s)
	w.targets(s.Targets)
	return []byte(w.String())
}

// usesData reports whether the requests or the targets need the built-in data set. A scenario
// without targets is for programs that are added later, unless its requests draw from the data.
func (s *Scenario) usesData() bool {
	for _, d := range s.Draw {
		if d.From != "" {
			return true
		}
	}
	return slices.ContainsFunc(s.Targets, func(t Target) bool { return t.Builtin != "" || t.UsesData() })
}

// A writer writes lines of a scenario.
type writer struct{ strings.Builder }

func (w *writer) line(indent int, text string) {
	w.WriteString(strings.Repeat(" ", indent) + text + "\n")
}

func (w *writer) draws(draw map[string]Draw) {
	if len(draw) == 0 {
		return
	}
	w.line(0, "draw: # the values of a placeholder: one is drawn for each request")
	for _, name := range slices.Sorted(maps.Keys(draw)) {
		d := draw[name]
		w.line(2, plain(name)+":")
		switch {
		case d.From != "":
			w.line(4, "from: "+d.From)
		case len(d.Range) == 2:
			w.line(4, fmt.Sprintf("range: [%d, %d]", d.Range[0], d.Range[1]))
		default:
			w.line(4, "list:")
			for _, v := range d.List {
				w.line(6, "- "+plain(v))
			}
		}
		if d.Zipf != 0 {
			w.line(4, "zipf: "+number(d.Zipf))
		}
	}
}

func (w *writer) run(s *Scenario) {
	c, r, o := s.Capacity, s.Replay, s.Objective
	w.line(0, "# The highest throughput: requests at once, shortest turn, time, and the half-width above which a run warns.")
	w.line(0, fmt.Sprintf("capacity: {users: %d, block: %s, budget: %s, within: %s}", c.Users, duration(c.Block), duration(c.Budget), share(c.Within)))
	if len(r.Stages) == 0 {
		w.line(0, "replay: {timeout: "+duration(r.Timeout)+"}")
	} else {
		w.line(0, "# The load of a day, the same for each target: hits as they arrive, whether or not earlier ones were answered.")
		w.line(0, "replay:")
		w.line(2, "timeout: "+duration(r.Timeout))
		if r.DoubleUpTo.Value > 0 {
			w.line(2, "double_up_to: "+r.DoubleUpTo.String())
		}
		w.line(2, "stages:")
	}
	for _, stage := range r.Stages {
		w.line(4, "- "+stage.flow())
	}
	w.line(0, fmt.Sprintf("objective: {p95: %s, errors: %s} # a stage that is slower or has more errors fails", duration(o.P95), share(o.Errors)))
}

func (s Stage) flow() string {
	text := fmt.Sprintf("{name: %s, for: %s, rate: %s", flow(s.Name), duration(s.For), s.Rate)
	if len(s.Curve) > 0 {
		points := make([]string, len(s.Curve))
		for i, x := range s.Curve {
			points[i] = number(x)
		}
		text += ", curve: [" + strings.Join(points, ", ") + "]"
	}
	return text + "}"
}

func number(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// share writes a share in percent, where that is exact.
func share(x float64) string {
	percent := strconv.FormatFloat(x*100, 'g', 6, 64) + "%"
	if again, err := parseShare(percent); err == nil && again == x {
		return percent
	}
	return number(x)
}

// duration writes 1m0s as 1m.
func duration(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
