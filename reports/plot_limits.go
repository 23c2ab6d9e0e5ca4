package reports

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/unit"
	"github.com/classibench/classibench/reports/internal/chart"
	"github.com/classibench/classibench/reports/internal/palette"
)

// limitsFigure shows the latency of each target over the offered load, with the bounds of
// its limit.
func limitsFigure(r *result.Result) *chart.Figure {
	var curves []chart.Curve
	var dots []chart.Dots
	var zones []chart.Zone
	var names []chart.Label
	var told []string
	for i, t := range r.Targets {
		l, ok := r.Limits[t.Name]
		points := loadPoints(l)
		if !ok || len(points) == 0 {
			continue
		}
		ink := palette.Target(i)
		c := chart.Curve{Points: typical(points), Style: chart.Heavy(ink)}
		curves, dots = append(curves, c), append(dots, chart.Dots{Points: points, Ink: ink})
		names = append(names, chart.Label{Text: t.Name, Ink: ink, At: c.Points[len(c.Points)-1], Bold: true})
		if l.Bounded() {
			zones = append(zones, chart.Zone{From: float64(l.Low), To: float64(l.High), Ink: ink.Faint(0.25)})
			told = append(told, fmt.Sprintf("the limit of %s is between %s and %s hits/s", t.Name, unit.Number(float64(l.Low)), unit.Number(float64(l.High))))
		}
	}
	y, ok := latencyAxis(pointsOf(dots)...)
	if !ok {
		return nil
	}
	low, high := loads(dots)
	return &chart.Figure{
		Name: "limits", Title: "Latency over offered load",
		Axis:    "p95 of each trial, log scale",
		Caption: "Each dot is a trial; the line joins the median p95 of similar rates. The shaded rates are the bounds of the limit." + objectiveCaption(r),
		Alt:     chart.Alt("Latency over offered load", told),
		Plot: func(width chart.Length) *chart.Plot {
			x := chart.LogAxis(low, high, unit.Plain)
			x.Label = "offered load in hits/s, log scale"
			p := chart.New(x, objectiveOn(r, y))
			for _, z := range zones {
				chart.Under(p, z)
			}
			for i, c := range curves {
				p.Add(c, dots[i])
			}
			p.Add(chart.NewLabels(width, append(slices.Clone(names), objectiveLabel(p, r, y)...)...))
			return p
		},
	}
}

// loadPoints returns the p95 of each valid trial over its rate.
func loadPoints(l result.Limit) (points chart.Points) {
	for _, t := range l.Trials {
		if y := latency(t.P95); t.Invalid == "" && !math.IsNaN(y) && t.Rate > 0 {
			points = append(points, chart.Point{X: t.Rate, Y: y})
		}
	}
	slices.SortFunc(points, func(a, b chart.Point) int { return cmp.Compare(a.X, b.X) })
	return points
}

// similar is the ratio of rates whose trials are shown as one point of the line.
const similar = 1.06

// typical returns the median of the points with similar rates.
func typical(points chart.Points) (line chart.Points) {
	for from := 0; from < len(points); {
		to := from + 1
		for to < len(points) && points[to].X <= similar*points[from].X {
			to++
		}
		group := slices.Clone(points[from:to])
		x := math.Sqrt(group[0].X * group[len(group)-1].X)
		slices.SortFunc(group, func(a, b chart.Point) int { return cmp.Compare(a.Y, b.Y) })
		line = append(line, chart.Point{X: x, Y: group[len(group)/2].Y})
		from = to
	}
	return line
}

func pointsOf(dots []chart.Dots) (curves []chart.Curve) {
	for _, d := range dots {
		curves = append(curves, chart.Curve{Points: d.Points})
	}
	return curves
}

// loads returns the lowest and the highest rate.
func loads(dots []chart.Dots) (low, high float64) {
	low, high = math.Inf(1), 0
	for _, d := range dots {
		for _, p := range d.Points {
			low, high = min(low, p.X), max(high, p.X)
		}
	}
	return low, high
}
