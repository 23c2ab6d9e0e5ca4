package history

import (
	"fmt"
	"strings"
	"time"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/history"
	"github.com/classibench/classibench/internal/unit"
	"github.com/classibench/classibench/reports/internal/table"
)

// settingText describes the common setting of the runs of a group.
func settingText(s history.Setting) string {
	words := []string{fmt.Sprintf("seed %d", s.Seed)}
	if s.Ads > 0 {
		words = append(words, unit.Count(s.Ads, "ad"))
	}
	if s.Replay > 0 {
		words = append(words, unit.Span(s.Replay)+" of replay")
	}
	cores := unit.Count(s.Cores, "core")
	if s.TargetCores > 0 {
		cores += fmt.Sprintf(" (%d for the target)", s.TargetCores)
	}
	machine := []string{}
	for _, part := range []string{s.CPU, cores, strings.TrimSpace(s.OS + " " + s.Kernel + " " + s.Arch), s.Go} {
		if part != "" {
			machine = append(machine, part)
		}
	}
	return fmt.Sprintf("%s (%.10s), %s, on %s", s.Scenario, s.Digest, strings.Join(words, ", "), strings.Join(machine, ", "))
}

// seriesName names a series by its metric and target: "gain of persistent over cgi".
func seriesName(s history.Series) string {
	name := fmt.Sprintf("%s of %s", s.Metric, s.Target)
	if s.Against != "" {
		name += " over " + s.Against
	}
	if s.Stage != "" {
		name += " in the stage " + s.Stage
	}
	return name
}

// runName returns the shortest common name of a run.
func runName(r history.Run) string {
	switch {
	case r.Commit.Hash != "":
		return shortCommit(r.Commit)
	case r.Label != "":
		return r.Label
	}
	return fmt.Sprintf("run %d", r.ID)
}

func shortCommit(c history.Commit) string { return fmt.Sprintf("%.7s", c.Hash) }

// runDay returns the date of the commit, or of the run if the commit's is unknown.
func runDay(r history.Run) string {
	t := r.Commit.At
	if t.IsZero() {
		t = r.Began
	}
	return t.UTC().Format(time.DateOnly)
}

// runWords returns the label, subject and doubt of a run.
func runWords(r history.Run) string {
	var words []string
	for _, w := range []string{r.Excluded, r.Label, r.Commit.Subject} {
		if w != "" && w != runName(r) {
			words = append(words, w)
		}
	}
	return strings.Join(words, "; ")
}

// metricCell formats a value with its unit.
func metricCell(m history.Metric, x float64) table.Cell {
	switch m {
	case history.Gain:
		return table.Cell{Number: unit.Times(x)}
	case history.Throughput:
		return table.Cell{Number: unit.Number(x), Unit: "hits/s"}
	}
	return table.Quantity(unit.Seconds(x))
}

// arrow shows the direction of a step.
func arrow(s history.Step) string {
	if s.Change < 0 {
		return "▼"
	}
	return "▲"
}

func stepText(s history.Step) string { return arrow(s) + " " + unit.Change(s.Change) }

func stepInterval(s history.Step) string {
	return unit.Change(float64(s.Low)) + " to " + unit.Change(float64(s.High))
}

// worse reports whether a step is bad news.
func worse(m history.Metric, s history.Step) bool { return (s.Change < 0) != m.LessIsBetter() }

func stepTone(m history.Metric, s history.Step) table.Tone {
	if worse(m, s) {
		return table.Bad
	}
	return table.Good
}

// stepPlace names the runs before and after a step.
func stepPlace(g history.Group, s history.Series, step history.Step) string {
	before, after := g.Runs[s.Points[step.Before].Run], g.Runs[s.Points[step.After].Run]
	if before.Commit.Hash != "" && before.Commit.Hash == after.Commit.Hash {
		return "within " + runName(after) + ": the program did not change"
	}
	return runName(before) + " → " + runName(after)
}

// seriesSummary describes in a sentence how a figure developed.
func seriesSummary(s history.Series) string {
	if len(s.Levels) == 0 {
		return fmt.Sprintf("%s, none of which counts", unit.Count(len(s.Points), "run"))
	}
	first, last := s.Levels[0].Value, s.Levels[len(s.Levels)-1].Value
	text := fmt.Sprintf("%s, now %s", unit.Count(len(s.Points), "run"), metricCell(s.Metric, last))
	if len(s.Steps) > 0 {
		return text + fmt.Sprintf(", %s since the first in %s", unit.Change(last/first-1), unit.Count(len(s.Steps), "step"))
	}
	if len(s.Points) < history.LeastRuns {
		return text + fmt.Sprintf("; the search for changes needs at least %d runs", history.LeastRuns)
	}
	return text + "; no change found"
}

// pointInterval formats the interval of a run.
func pointInterval(m history.Metric, p history.Point) string {
	if !p.Low.Known() || !p.High.Known() {
		return unit.Unknown
	}
	return metricCell(m, float64(p.Low)).String() + " to " + metricCell(m, float64(p.High)).String()
}

// limits returns the ends of a point's interval, or the point itself.
func limits(p history.Point) (low, high float64) {
	known := func(f result.Float) float64 {
		if f.Known() {
			return float64(f)
		}
		return p.Value
	}
	return known(p.Low), known(p.High)
}

// initial capitalises a name for the beginning of a sentence.
func initial(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
