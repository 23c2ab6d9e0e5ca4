package reports

import (
	"fmt"
	"math"
	"strings"

	"github.com/classibench/classibench/bench/histogram"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/unit"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

// Latencies outside these bounds, in seconds, are drawn on them.
const (
	leastLatency = 1e-6
	mostLatency  = 1e5
)

func latencyAxis(curves ...curve) (axis, bool) {
	lowest, highest := math.Inf(1), math.Inf(-1)
	for _, c := range curves {
		for _, p := range c.points {
			if !math.IsNaN(p.Y) {
				lowest, highest = min(lowest, p.Y), max(highest, p.Y)
			}
		}
	}
	if lowest > highest {
		return axis{}, false
	}
	return logAxis(lowest, highest, unit.Span), true
}

// latency is a latency as it is drawn: NaN if unknown.
func latency(f result.Float) float64 {
	if !f.Known() {
		return math.NaN()
	}
	return min(max(float64(f), leastLatency), mostLatency)
}

// percentileFigure shows the whole distribution of latency of each target.
func percentileFigure(r *result.Result) *Figure {
	if r.Replay == nil {
		return nil
	}
	var curves []curve
	var names []label
	var told []string
	last := 10.0
	for _, t := range r.Replay.Trials {
		k := targetInk(number(r, t.Target))
		c := curve{distribution(t.Latency), heavy(k)}
		end, ok := c.last()
		if !ok {
			continue
		}
		last = max(last, end.X)
		curves = append(curves, c)
		names = append(names, label{t.Target, k, end, true})
		told = append(told, t.Target+": "+within95(t.Latency))
	}
	y, ok := latencyAxis(curves...)
	if !ok {
		return nil
	}
	return &Figure{
		Name: "latency-percentiles", Title: "Latency by percentile",
		Axis:    "latency, log scale",
		Caption: "Latency of the right answers over the whole replay, from the moment a hit was due. Each nine of the percentile has the same room; a line ends where ten answers are left beyond it." + missing(r),
		Alt:     alt("Latency by percentile", told),
		plot: func(width vg.Length) *plot.Plot {
			p := newPlot(ninesAxis(last, width, "percentile of the answers"), y)
			add(p, curves)
			p.Add(newLabels(width, names...))
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

// alt is what a plot shows in words: its title, and what is told of each target.
func alt(title string, told []string) string {
	if len(told) == 0 {
		return title + "."
	}
	return title + ". " + strings.Join(told, "; ") + "."
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

func add(p *plot.Plot, curves []curve) {
	for _, c := range curves {
		p.Add(c)
	}
}

// distribution is the latency at each percentile, as far as the sample supports
// it; x is 1 ÷ the share beyond.
func distribution(l result.Latency) plotter.XYs {
	h, err := histogram.Decode(l.Histogram)
	if l.Histogram == "" || err != nil || h.Count() == 0 {
		return summary(l)
	}
	const steps = 24 // for each nine
	var points plotter.XYs
	for i := range 9 * steps {
		x := math.Pow(10, float64(i)/steps)
		q := 1 - 1/x
		if i > 0 && q >= 0.5 && !h.Supports(q) {
			break
		}
		points = append(points, plotter.XY{X: x, Y: latency(result.Float(h.Quantile(q).Seconds()))})
	}
	return points
}

// summary is what is known of the distribution without its histogram.
func summary(l result.Latency) plotter.XYs {
	var points plotter.XYs
	for _, p := range []struct {
		x float64
		y result.Float
	}{{2, l.P50}, {10, l.P90}, {20, l.P95}, {100, l.P99}, {1000, l.P999}} {
		if p.y.Known() {
			points = append(points, plotter.XY{X: p.x, Y: latency(p.y)})
		}
	}
	return points
}

// latencyFigure shows how latency went over time, in bins that hold enough answers.
func latencyFigure(r *result.Result) *Figure {
	if r.Replay == nil {
		return nil
	}
	var curves []curve
	var names []label
	var told []string
	k := binKindOf(r)
	for _, t := range r.Replay.Trials {
		ink := targetInk(number(r, t.Target))
		high, p50 := curve{k.points(t, k.high), heavy(ink)}, curve{k.points(t, func(b result.Bin) result.Float { return b.P50 }), light(ink)}
		curves = append(curves, p50, high)
		names = append(names, ends(t.Target+" "+k.name, ink, true, high)...)
		names = append(names, ends(t.Target+" p50", ink, false, p50)...)
		if worst, at, ok := highest(high); ok {
			told = append(told, fmt.Sprintf("%s of %s was highest at %s in second %.0f", k.name, t.Target, unit.Seconds(worst), math.Floor(at)))
		}
	}
	y, ok := latencyAxis(curves...)
	if !ok {
		return nil
	}
	return &Figure{
		Name: "latency-time", Title: "Latency over time",
		Axis: k.axis, Caption: k.caption + objectiveCaption(r), Alt: alt("Latency over time", told),
		plot: func(width vg.Length) *plot.Plot {
			p := timePlot(r, width, objectiveOn(r, y))
			add(p, curves)
			p.Add(newLabels(width, append(names, objectiveLabel(p, r, y)...)...))
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
func (k binKind) points(t result.Trial, value func(result.Bin) result.Float) (points plotter.XYs) {
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
			points = append(points, plotter.XY{X: end, Y: math.NaN()})
		}
		end = b.To
		if b.To-b.From <= 1 {
			points = append(points, plotter.XY{X: (b.From + b.To) / 2, Y: y})
		} else {
			points = append(points, plotter.XY{X: b.From, Y: y}, plotter.XY{X: b.To, Y: y})
		}
	}
	return points
}

// objectiveOn widens the axis so that the objective lies on it.
func objectiveOn(r *result.Result, y axis) axis {
	o := r.Scenario.Objective.P95
	if o <= leastLatency || o > mostLatency {
		return y
	}
	return logAxis(min(y.min*1.2, o), max(y.max/1.2, o), unit.Span)
}

func objectiveCaption(r *result.Result) string {
	if o := r.Scenario.Objective.P95; o > 0 {
		return " Dotted: the objective, p95 within " + unit.Span(o) + "."
	}
	return ""
}

// objectiveLabel draws the objective as a line and names it.
func objectiveLabel(p *plot.Plot, r *result.Result, y axis) []label {
	o := r.Scenario.Objective.P95
	if o <= leastLatency || o > mostLatency {
		return nil
	}
	return rule(p, o, "objective")
}

func series(t result.Trial, value func(result.Point) float64) plotter.XYs {
	points := make(plotter.XYs, len(t.Series))
	for i, p := range t.Series {
		points[i] = plotter.XY{X: p.At + 0.5, Y: value(p)}
	}
	return points
}

// ends is the label of a curve, none if nothing of it is known.
func ends(text string, k ink, bold bool, c curve) []label {
	end, ok := c.last()
	if !ok {
		return nil
	}
	return []label{{text, k, end, bold}}
}

// highest is the highest value of a curve and where it is.
func highest(c curve) (y, x float64, ok bool) {
	for _, p := range c.points {
		if !math.IsNaN(p.Y) && (!ok || p.Y > y) {
			y, x, ok = p.Y, p.X, true
		}
	}
	return y, x, ok
}
