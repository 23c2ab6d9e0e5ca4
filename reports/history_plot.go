package reports

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"github.com/classibench/classibench/internal/history"
	"github.com/classibench/classibench/internal/unit"
)

// historyFigure shows a series: each run as a dot with its interval, the level
// of each stretch as a line, and the steps between them.
func historyFigure(g history.Group, s history.Series, name string) Figure {
	k := targetInk(slices.Index(seriesTargets(g), s.Target))
	return Figure{
		Name: name, Title: initial(seriesName(s)), Axis: seriesAxis(s), Caption: seriesCaption(g, s),
		Alt: initial(seriesName(s)) + ": " + seriesSummary(s) + "." + seriesSteps(g, s),
		plot: func(width vg.Length) *plot.Plot {
			p := newPlot(runAxis(g, s, width), valueAxis(g, s))
			p.X.Tick.Label.YAlign = -1.05
			p.Add(runMarks{g, s, k}, stepMarks{g, s})
			for _, l := range s.Levels {
				p.Add(curve{plotter.XYs{{X: float64(l.From) - 0.5, Y: l.Value}, {X: float64(l.To) + 0.5, Y: l.Value}}, heavy(k)})
			}
			if n := len(s.Levels); n > 0 {
				last := s.Levels[n-1]
				p.Add(newLabels(width, label{metricCell(s.Metric, last.Value).String(), k, plotter.XY{X: float64(last.To) + 0.5, Y: last.Value}, true}))
			}
			return p
		},
	}
}

func seriesAxis(s history.Series) string {
	switch s.Metric {
	case history.Gain:
		return "times the throughput of " + s.Against
	case history.Throughput:
		return "hits per second in the closed loop"
	}
	return "95th percentile of latency, from the moment a hit was due"
}

func seriesCaption(g history.Group, s history.Series) string {
	text := "Each dot is a run"
	if slices.ContainsFunc(s.Points, func(p history.Point) bool { return p.Low.Known() }) {
		text += " with its own 95% interval (an arrow where it goes on)"
	}
	text += "; the line is the geometric mean of the runs between two changes"
	if slices.ContainsFunc(s.Points, func(p history.Point) bool { return g.Runs[p.Run].Doubt != "" }) {
		text += "; rings are partial or invalid runs, which do not count"
	}
	return text + "."
}

// seriesSteps tells the steps in words.
func seriesSteps(g history.Group, s history.Series) string {
	var b strings.Builder
	for _, step := range s.Steps {
		fmt.Fprintf(&b, " %s, %s.", unit.Change(step.Change), stepPlace(g, s, step))
	}
	return b.String()
}

// runAxis names as many runs as have room, the last of them always.
func runAxis(g history.Group, s history.Series, width vg.Length) axis {
	const room = 84
	n := len(s.Points)
	step := int(math.Ceil(float64(n) / max(1, math.Floor(float64(width-100)/room))))
	a := axis{min: -0.5, max: float64(n) - 0.5, label: "commits, oldest first"}
	for i := n - 1; i >= 0; i -= step {
		run := g.Runs[s.Points[i].Run]
		name := letters(smallSize, softInk, false)
		a.ticks = append(a.ticks, plot.Tick{Value: float64(i), Label: shorten(clean(runName(run)), name.Width, room-12) + "\n" + runDay(run)})
	}
	slices.Reverse(a.ticks)
	return a
}

// valueAxis holds all values that count, and of intervals and doubtful values
// what does not reach far beyond them: it would press them together.
func valueAxis(g history.Group, s history.Series) axis {
	least, most := math.Inf(1), math.Inf(-1)
	for _, p := range s.Points {
		if g.Runs[p.Run].Doubt == "" {
			least, most = min(least, p.Value), max(most, p.Value)
		}
	}
	if least > most { // none counts
		least, most = s.Points[0].Value, s.Points[0].Value
	}
	room := max(most/least, 1.05)
	lowest, highest := least, most
	for _, p := range s.Points {
		low, high := limits(p)
		lowest, highest = min(lowest, max(low, least/room)), max(highest, min(high, most*room))
	}
	return closeAxis(lowest, highest, func(x float64) string { return metricTick(s.Metric, x) })
}

func metricTick(m history.Metric, x float64) string {
	switch m {
	case history.Gain:
		return unit.Plain(x) + "×"
	case history.Throughput:
		return unit.Plain(x)
	}
	return unit.Span(x)
}

// closeAxis shows values that are near each other; it need not begin at 0. Where
// they are far from each other it is logarithmic.
func closeAxis(lowest, highest float64, name func(float64) string) axis {
	if highest/lowest > 4 {
		return logAxis(lowest, highest, name)
	}
	room := max(0.08*(highest-lowest), 0.02*highest)
	a := axis{min: max(0, lowest-room), max: highest + room}
	step := roundStep((a.max - a.min) / 5)
	for i := math.Ceil(a.min / step); i*step <= a.max; i++ {
		a.ticks = append(a.ticks, plot.Tick{Value: i * step, Label: name(i * step)})
	}
	return a
}
