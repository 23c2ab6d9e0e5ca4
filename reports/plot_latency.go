package reports

import (
	"fmt"
	"math"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/unit"
	"github.com/classibench/classibench/reports/internal/chart"
	"github.com/classibench/classibench/reports/internal/facts"
	"github.com/classibench/classibench/reports/internal/palette"
)

// latencyFigure shows latency over time, in bins that hold enough answers.
func latencyFigure(r *result.Result) *chart.Figure {
	if r.Replay == nil {
		return nil
	}
	var curves []chart.Curve
	var names []chart.Label
	var told []string
	k := binKindOf(r)
	for _, t := range r.Replay.Trials {
		ink := palette.Target(facts.Index(r, t.Target))
		high, p50 := chart.Curve{Points: k.points(t, k.high), Style: chart.Heavy(ink)}, chart.Curve{Points: k.points(t, func(b result.Bin) result.Float { return b.P50 }), Style: chart.Light(ink)}
		curves = append(curves, p50, high)
		names = append(names, high.Labels(t.Target+" "+k.name, ink, true)...)
		names = append(names, p50.Labels(t.Target+" p50", ink, false)...)
		if worst, at, ok := high.Highest(); ok {
			told = append(told, fmt.Sprintf("%s of %s was highest at %s in second %.0f", k.name, t.Target, unit.Seconds(worst), math.Floor(at)))
		}
	}
	y, ok := latencyAxis(curves...)
	if !ok {
		return nil
	}
	return &chart.Figure{
		Name: "latency-time", Title: "Latency over time",
		Axis: k.axis, Caption: k.caption + objectiveCaption(r), Alt: chart.Alt("Latency over time", told),
		Plot: func(width chart.Length) *chart.Plot {
			p := timePlot(r, width, objectiveOn(r, y))
			for _, c := range curves {
				p.Add(c)
			}
			p.Add(chart.NewLabels(width, append(names, objectiveLabel(p, r, y)...)...))
			return p
		},
	}
}

// A binKind is how latency over time is shown: as p95 and p50 if the bins support them,
// else as the slowest answer and p50.
type binKind struct {
	name, axis, caption string
	high                func(result.Bin) result.Float
}

func binKindOf(r *result.Result) binKind {
	for _, t := range r.Replay.Trials {
		if len(t.Bins) > 0 && t.Hits < leastFine {
			return binKind{
				"slowest", "latency of 20 hits or more at a time, log scale",
				"Each step spans the seconds of 20 right answers. Solid: the slowest of them; dashed: their p50.",
				func(b result.Bin) result.Float { return b.Max },
			}
		}
	}
	return binKind{
		"p95", "latency of each second's hits, log scale",
		"Solid: p95; dashed: p50 of the hits that fell due in each second, or in the seconds of 200 answers. A gap means no right answer, or too few for a percentile.",
		func(b result.Bin) result.Float { return b.P95 },
	}
}

// leastFine is the number of answers above which the bins of a trial support a p95.
const leastFine = 1600

// points returns a value of each bin, as steps if bins are longer than a second. Results
// without bins have a point for each second.
func (k binKind) points(t result.Trial, value func(result.Bin) result.Float) (points chart.Points) {
	bins := t.Bins
	if len(bins) == 0 {
		for _, p := range t.Series {
			bins = append(bins, result.Bin{From: p.At, To: p.At + 1, P50: p.P50, P95: p.P95, Max: p.Max})
		}
	}
	end := 0.0
	for _, b := range bins {
		y := latency(value(b))
		if b.From > end {
			points = append(points, chart.Point{X: end, Y: math.NaN()})
		}
		end = b.To
		if b.To-b.From <= 1 {
			points = append(points, chart.Point{X: (b.From + b.To) / 2, Y: y})
		} else {
			points = append(points, chart.Point{X: b.From, Y: y}, chart.Point{X: b.To, Y: y})
		}
	}
	return points
}

// objectiveOn widens the axis to include the objective.
func objectiveOn(r *result.Result, y chart.Axis) chart.Axis {
	o := r.Scenario.Objective.P95
	if o <= leastLatency || o > mostLatency {
		return y
	}
	return chart.LogAxis(min(y.Min*1.2, o), max(y.Max/1.2, o), unit.Span)
}

func objectiveCaption(r *result.Result) string {
	if o := r.Scenario.Objective.P95; o > 0 {
		return " Dotted: the objective, p95 within " + unit.Span(o) + "."
	}
	return ""
}

// objectiveLabel draws the objective as a line and names it.
func objectiveLabel(p *chart.Plot, r *result.Result, y chart.Axis) []chart.Label {
	o := r.Scenario.Objective.P95
	if o <= leastLatency || o > mostLatency {
		return nil
	}
	return chart.Rule(p, o, "objective")
}

func latencyAxis(curves ...chart.Curve) (chart.Axis, bool) {
	lowest, highest := math.Inf(1), math.Inf(-1)
	for _, c := range curves {
		for _, p := range c.Points {
			if !math.IsNaN(p.Y) {
				lowest, highest = min(lowest, p.Y), max(highest, p.Y)
			}
		}
	}
	if lowest > highest {
		return chart.Axis{}, false
	}
	return chart.LogAxis(lowest, highest, unit.Span), true
}

// latency returns a latency within the bounds of a plot, NaN if it is unknown.
func latency(f result.Float) float64 {
	if !f.Known() {
		return math.NaN()
	}
	return min(max(float64(f), leastLatency), mostLatency)
}

// Latencies outside these bounds, in seconds, are drawn at the bounds.
const (
	leastLatency = 1e-6
	mostLatency  = 1e5
)
