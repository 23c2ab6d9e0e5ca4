package history

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/classibench/classibench/internal/history"
	"github.com/classibench/classibench/internal/unit"
	"github.com/classibench/classibench/reports/internal/chart"
	"github.com/classibench/classibench/reports/internal/palette"
)

// figure shows a series: each run as a dot with its interval, the level
// of each stretch as a line, and the steps between them.
func figure(g history.Group, s history.Series, name string) chart.Figure {
	k := palette.Target(slices.Index(seriesTargets(g), s.Target))
	return chart.Figure{
		Name: name, Title: initial(seriesName(s)), Axis: seriesAxis(s), Caption: seriesCaption(g, s),
		Alt: initial(seriesName(s)) + ": " + seriesSummary(s) + "." + seriesSteps(g, s),
		Plot: func(width chart.Length) *chart.Plot {
			p := chart.New(runAxis(g, s, width), valueAxis(g, s))
			p.X.Tick.Label.YAlign = -1.05
			p.Add(readingsOf(g, s, k), eventsOf(g, s))
			for _, l := range s.Levels {
				p.Add(chart.Curve{Points: chart.Points{{X: float64(l.From) - 0.5, Y: l.Value}, {X: float64(l.To) + 0.5, Y: l.Value}}, Style: chart.Heavy(k)})
			}
			if n := len(s.Levels); n > 0 {
				last := s.Levels[n-1]
				p.Add(chart.NewLabels(width, chart.Label{Text: metricCell(s.Metric, last.Value).String(), Ink: k, At: chart.Point{X: float64(last.To) + 0.5, Y: last.Value}, Bold: true}))
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
		text += " with its own 95% interval (an arrow if it exceeds the plot)"
	}
	text += "; the line is the geometric mean of the runs between two changes"
	if slices.ContainsFunc(s.Points, func(p history.Point) bool { return g.Runs[p.Run].Excluded != "" }) {
		text += "; rings are partial or invalid runs, which are not counted"
	}
	return text + "."
}

// seriesSteps describes the steps in words.
func seriesSteps(g history.Group, s history.Series) string {
	var b strings.Builder
	for _, step := range s.Steps {
		fmt.Fprintf(&b, " %s, %s.", unit.Change(step.Change), stepPlace(g, s, step))
	}
	return b.String()
}

// runAxis labels as many runs as there is room for, the last one always.
func runAxis(g history.Group, s history.Series, width chart.Length) chart.Axis {
	const room = 84
	n := len(s.Points)
	step := int(math.Ceil(float64(n) / max(1, math.Floor(float64(width-100)/room))))
	a := chart.Axis{Min: -0.5, Max: float64(n) - 0.5, Label: "commits, oldest first"}
	for i := n - 1; i >= 0; i -= step {
		run := g.Runs[s.Points[i].Run]
		a.Ticks = append(a.Ticks, chart.Tick{Value: float64(i), Label: chart.Fit(runName(run), room-12) + "\n" + runDay(run)})
	}
	slices.Reverse(a.Ticks)
	return a
}

// valueAxis covers all values that count. Intervals and excluded values far beyond them
// are cut off, to leave room for the others.
func valueAxis(g history.Group, s history.Series) chart.Axis {
	least, most := math.Inf(1), math.Inf(-1)
	for _, p := range s.Points {
		if g.Runs[p.Run].Excluded == "" {
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
	return chart.NearAxis(lowest, highest, 0.08, func(x float64) string { return metricTick(s.Metric, x) })
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

// readingsOf returns the runs of a series as marks.
func readingsOf(g history.Group, s history.Series, k palette.Ink) chart.Readings {
	all := make([]chart.Reading, len(s.Points))
	for i, p := range s.Points {
		low, high := limits(p)
		all[i] = chart.Reading{X: float64(i), Y: p.Value, Low: low, High: high, Excluded: g.Runs[p.Run].Excluded != ""}
	}
	return chart.Readings{All: all, Ink: k}
}

// eventsOf returns the steps of a series, each named by the first run after it.
func eventsOf(g history.Group, s history.Series) chart.Events {
	all := make(chart.Events, len(s.Steps))
	for i, step := range s.Steps {
		k := palette.Good
		if worse(s.Metric, step) {
			k = palette.Bad
		}
		all[i] = chart.Event{
			At: float64(step.Before+step.After) / 2, Size: math.Abs(math.Log1p(step.Change)),
			Text: stepText(step), Name: runName(g.Runs[s.Points[step.After].Run]), Ink: k,
		}
	}
	return all
}
