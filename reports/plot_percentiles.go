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
		Caption: "Latency of the right answers over the whole replay, from the moment a hit was due. Each further nine of the percentile has the same width. A line ends where only ten answers are slower." + missing(r),
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

// within95 describes the known percentiles of a distribution in words.
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

// missing names the targets whose errors the distribution does not show.
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
	return " Errors are not included: " + strings.Join(parts, ", ") + "."
}

// distribution returns the latency at each percentile that the sample supports; x is 1 ÷
// the share of slower answers.
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

// summary returns the percentiles of a result that has no histogram.
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
