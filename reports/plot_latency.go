package reports

import (
	"fmt"
	"math"
	"strings"

	"github.com/classibench/classibench/bench/histogram"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/unit"
	"github.com/classibench/classibench/reports/internal/chart"
	"github.com/classibench/classibench/reports/internal/facts"
	"github.com/classibench/classibench/reports/internal/palette"
)

// Latencies outside these bounds, in seconds, are drawn on them.
const (
	leastLatency = 1e-6
	mostLatency  = 1e5
)

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

// latency is a latency as it is drawn: NaN if unknown.
func latency(f result.Float) float64 {
	if !f.Known() {
		return math.NaN()
	}
	return min(max(float64(f), leastLatency), mostLatency)
}

// percentileFigure shows the whole distribution of latency of each target.
func percentileFigure(r *result.Result) *chart.Figure {
	if r.Replay == nil {
		return nil
	}
	var curves []chart.Curve
	var names []chart.Label
	var told []string
	last := 10.0
	for _, t := range r.Replay.Trials {
		k := palette.Target(facts.Index(r, t.Target))
		c := chart.Curve{Points: distribution(t.Latency), Style: chart.Heavy(k)}
		end, ok := c.Last()
		if !ok {
			continue
		}
		last = max(last, end.X)
		curves = append(curves, c)
		names = append(names, chart.Label{Text: t.Target, Ink: k, At: end, Bold: true})
		told = append(told, t.Target+": "+within95(t.Latency))
	}
	y, ok := latencyAxis(curves...)
	if !ok {
		return nil
	}
	return &chart.Figure{
		Name: "latency-percentiles", Title: "Latency by percentile",
		Axis:    "latency, log scale",
		Caption: "Latency of the right answers over the whole replay, from the moment a hit was due. Each nine of the percentile has the same room; a line ends where ten answers are left beyond it." + missing(r),
		Alt:     chart.Alt("Latency by percentile", told),
		Plot: func(width chart.Length) *chart.Plot {
			p := chart.New(chart.NinesAxis(last, width, "percentile of the answers"), y)
			for _, c := range curves {
				p.Add(c)
			}
			p.Add(chart.NewLabels(width, names...))
			return p
		},
	}
}

// within95 tells a distribution in words, as far as it is known.
func within95(l result.Latency) string {
	var parts []string
	for _, p := range []struct {
		name string
		at   result.Float
	}{{"half", l.P50}, {"95%", l.P95}, {"99%", l.P99}, {"all", l.Max}} {
		if p.at.Known() {
			parts = append(parts, p.name+" within "+unit.Seconds(float64(p.at)))
		}
	}
	return strings.Join(parts, ", ")
}

// missing says whose errors the distribution does not show.
func missing(r *result.Result) string {
	var parts []string
	for _, t := range r.Replay.Trials {
		if t.Errors > 0 {
			parts = append(parts, fmt.Sprintf("%s of the hits on %s", unit.Percent(result.ErrorShare(t.Hits, t.Errors)), t.Target))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return " Errors are not in it: " + strings.Join(parts, ", ") + "."
}

// distribution is the latency at each percentile, as far as the sample supports
// it; x is 1 ÷ the share beyond.
func distribution(l result.Latency) chart.Points {
	h, err := histogram.Decode(l.Histogram)
	if l.Histogram == "" || err != nil || h.Count() == 0 {
		return summary(l)
	}
	const steps = 24 // for each nine
	var points chart.Points
	for i := range 9 * steps {
		x := math.Pow(10, float64(i)/steps)
		q := 1 - 1/x
		if i > 0 && q >= 0.5 && !h.Supports(q) {
			break
		}
		points = append(points, chart.Point{X: x, Y: latency(result.Float(h.Quantile(q).Seconds()))})
	}
	return points
}

// summary is what is known of the distribution without its histogram.
func summary(l result.Latency) chart.Points {
	var points chart.Points
	for _, p := range []struct {
		x float64
		y result.Float
	}{{2, l.P50}, {10, l.P90}, {20, l.P95}, {100, l.P99}, {1000, l.P999}} {
		if p.y.Known() {
			points = append(points, chart.Point{X: p.x, Y: latency(p.y)})
		}
	}
	return points
}

// latencyFigure shows how latency went over time, in bins that hold enough answers.
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

// A binKind is how latency over time is shown: by p95 and p50 where the bins support
// them, else by the slowest answer and p50.
type binKind struct {
	name, axis, caption string
	high                func(result.Bin) result.Float
}

// leastFine is how many answers a trial has from which on its bins support a p95.
const leastFine = 1600

func binKindOf(r *result.Result) binKind {
	for _, t := range r.Replay.Trials {
		if len(t.Bins) > 0 && t.Hits < leastFine {
			return binKind{
				"slowest", "latency of 20 hits or more at a time, log scale",
				"Each step is as many seconds as 20 right answers took. Solid: the slowest of them; dashed: their p50.",
				func(b result.Bin) result.Float { return b.Max },
			}
		}
	}
	return binKind{
		"p95", "latency of each second's hits, log scale",
		"Solid: p95; dashed: p50 of the hits that fell due in each second, or in as many seconds as 200 answers took. A gap has no right answer, or too few to tell.",
		func(b result.Bin) result.Float { return b.P95 },
	}
}

// points are a value of each bin, as steps where bins are longer than a second. Results
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

// objectiveOn widens the axis so that the objective lies on it.
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

func series(t result.Trial, value func(result.Point) float64) chart.Points {
	points := make(chart.Points, len(t.Series))
	for i, p := range t.Series {
		points[i] = chart.Point{X: p.At + 0.5, Y: value(p)}
	}
	return points
}
