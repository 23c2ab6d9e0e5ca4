package reports

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/unit"
	"github.com/classibench/classibench/reports/internal/chart"
	"github.com/classibench/classibench/reports/internal/facts"
	"github.com/classibench/classibench/reports/internal/palette"
)

// workFigure shows the gain as a function of the work of a request, with the routes of the
// mix and the gain of the story on it.
func workFigure(r *result.Result) *chart.Figure {
	m, ok := r.CostModel()
	if !ok {
		return nil
	}
	routes := m.Routes(r)
	told := []string{fmt.Sprintf("requests of the mix take %s of work, and cost %s %s the CPU time that they cost %s", unit.Seconds(m.Work), r.Baseline(), unit.Times(m.Gain(m.Work)), m.Candidate)}
	told = append(told, storySentence(r)...)
	return &chart.Figure{
		Name: "gain-work", Title: "Gain by the work of a request",
		Axis:    fmt.Sprintf("times the CPU time of %s that %s uses", m.Candidate, r.Baseline()),
		Caption: workCaption(r, m, routes),
		Alt:     chart.Alt("Gain by the work of a request", told),
		Plot: func(width chart.Length) *chart.Plot {
			lowest, highest := workRange(m, routes)
			x := chart.LogAxis(lowest, highest, unit.Span)
			x.Label = "CPU time of the work"
			top := m.Gain(x.Min)
			for _, p := range routes {
				top = max(top, p.Gain)
			}
			p := chart.New(x, chart.LogAxis(1, chart.Ratio(top), func(x float64) string { return unit.Plain(x) + "×" }))
			p.Add(chart.NewLabels(width, workMarks(p, r, m, routes)...))
			return p
		},
	}
}

// workCaption explains the plot. The routes are named by their gains.
func workCaption(r *result.Result, m result.CostModel, routes []result.RoutePoint) string {
	text := fmt.Sprintf("The line follows from the parts above: %s pays %s beside the work of a request. The dot on it is the mix.", r.Baseline(), unit.Seconds(m.Before))
	return strings.Join(append([]string{text + routesCaption(routes)}, storySentence(r)...), " ")
}

// mostNamedRoutes is how many routes a caption names: recorded traffic has dozens.
const mostNamedRoutes = 12

// routesCaption names the routes with their gains: those with the lowest and the highest if there
// are many.
func routesCaption(routes []result.RoutePoint) string {
	switch n := len(routes); {
	case n == 0:
		return ""
	case n > mostNamedRoutes:
		byGain := func(a, b result.RoutePoint) int { return cmp.Compare(a.Gain, b.Gain) }
		low, high := slices.MinFunc(routes, byGain), slices.MaxFunc(routes, byGain)
		return fmt.Sprintf(" The other dots are its %d routes, each measured by itself: from %s for %s to %s for %s.", n, unit.Times(low.Gain), low.Route, unit.Times(high.Gain), high.Route)
	}
	var all []string
	for _, p := range routes {
		all = append(all, fmt.Sprintf("%s %s", p.Route, unit.Times(p.Gain)))
	}
	return " The other dots are its routes, each measured by itself: " + strings.Join(all, ", ") + "."
}

// workRange holds the mix, its routes, and the gain of the story.
func workRange(m result.CostModel, routes []result.RoutePoint) (lowest, highest float64) {
	lowest, highest = m.Work/2, m.Work*2
	if story, ok := m.WorkFor(result.StoryGain); ok {
		highest = max(highest, 2*story)
	}
	for _, p := range routes {
		lowest, highest = min(lowest, max(p.Work, m.Work/100)), max(highest, p.Work)
	}
	return lowest, highest
}

// workMarks draws the line and the dots, and returns their labels.
func workMarks(p *chart.Plot, r *result.Result, m result.CostModel, routes []result.RoutePoint) []chart.Label {
	k := palette.Target(facts.Index(r, m.Candidate))
	line := chart.Curve{Style: chart.Heavy(k)}
	const steps = 100
	for i := range steps + 1 {
		work := p.X.Min * math.Pow(p.X.Max/p.X.Min, float64(i)/steps)
		line.Points = append(line.Points, chart.Point{X: work, Y: m.Gain(work)})
	}
	var dots chart.Points
	for _, x := range routes {
		dots = append(dots, chart.Point{X: max(x.Work, p.X.Min), Y: chart.Ratio(x.Gain)})
	}
	story := chart.Rule(p, result.StoryGain, "4× of the story")
	p.Add(line, chart.Dots{Points: dots, Ink: palette.Soft}, chart.Dots{Points: chart.Points{{X: m.Work, Y: m.Gain(m.Work)}}, Ink: k})
	if work, ok := m.WorkFor(result.StoryGain); ok {
		p.Add(chart.Dots{Points: chart.Points{{X: work, Y: result.StoryGain}}, Ink: palette.Text})
	}
	return append(story, line.Labels(m.Candidate, k, true)...)
}
