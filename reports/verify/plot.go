package verify

import (
	"fmt"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/unit"
	"github.com/classibench/classibench/reports/internal/chart"
	"github.com/classibench/classibench/reports/internal/facts"
	"github.com/classibench/classibench/reports/internal/palette"
)

// growthFigures draw the resources of a soak over the requests: a figure for each resource,
// with a line for each candidate.
func growthFigures(v *result.Verification) (all []chart.Figure) {
	byResource := map[string][]result.Growth{}
	var order []string
	for _, g := range v.Growth {
		if len(g.Points) < 2 || g.Route != "" && !g.Grows {
			continue
		}
		if byResource[g.Resource] == nil {
			order = append(order, g.Resource)
		}
		byResource[g.Resource] = append(byResource[g.Resource], g)
	}
	for _, resource := range order {
		all = append(all, growthFigure(v, resource, byResource[resource]))
	}
	return all
}

func growthFigure(v *result.Verification, resource string, lines []result.Growth) chart.Figure {
	unitName, name := "number", unit.Plain
	if lines[0].Unit == "bytes" {
		unitName, name = "MB", func(x float64) string { return unit.Plain(x / 1e6) }
	}
	var told []string
	for _, g := range lines {
		told = append(told, fmt.Sprintf("%s %s per 1,000 requests", label(g), g.Amount()))
	}
	return chart.Figure{
		Name: "growth-" + resource, Title: "Growth: " + resource, Axis: resource + ", " + unitName,
		Caption: "After warm-up. Each dot is a reading; the line is the trend that the table gives.",
		Alt:     chart.Alt("Growth of "+resource, told),
		Plot:    func(width chart.Length) *chart.Plot { return growthPlot(v, lines, width, name) },
	}
}

func growthPlot(v *result.Verification, lines []result.Growth, width chart.Length, name func(float64) string) *chart.Plot {
	requests, highest := 0, 0.0
	for _, g := range lines {
		for _, p := range g.Points {
			requests, highest = max(requests, p.Requests), max(highest, p.Value)
		}
	}
	out := chart.New(chart.CountAxis(requests, width, "requests"), chart.LinearAxis(highest, name))
	var names []chart.Label
	for _, g := range lines {
		k := palette.Target(facts.Index(asResult(v), g.Candidate))
		trend := trendOf(g)
		out.Add(chart.Dots{Points: points(g), Ink: k.Faint(0.4)}, trend(k))
		names = append(names, trend(k).Labels(label(g), k, g.Grows)...)
	}
	out.Add(chart.NewLabels(width, names...))
	return out
}

func label(g result.Growth) string {
	if g.Route == "" {
		return g.Candidate
	}
	return g.Candidate + ", " + g.Route
}

func points(g result.Growth) (all chart.Points) {
	for _, p := range g.Points {
		all = append(all, chart.Point{X: float64(p.Requests), Y: p.Value})
	}
	return all
}

// trendOf draws the trend through the middle of the readings.
func trendOf(g result.Growth) func(palette.Ink) chart.Curve {
	var x, y float64
	for _, p := range g.Points {
		x, y = x+float64(p.Requests)/float64(len(g.Points)), y+p.Value/float64(len(g.Points))
	}
	at := func(n int) chart.Point {
		return chart.Point{X: float64(n), Y: max(0, y+(float64(n)-x)*g.Per1000/1000)}
	}
	ends := chart.Points{at(g.Points[0].Requests), at(g.Points[len(g.Points)-1].Requests)}
	return func(k palette.Ink) chart.Curve { return chart.Curve{Points: ends, Style: chart.Heavy(k)} }
}
