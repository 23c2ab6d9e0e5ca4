package traffic

import (
	"fmt"
	"math"

	"github.com/classibench/classibench/internal/unit"
	"github.com/classibench/classibench/reports/internal/chart"
	"github.com/classibench/classibench/reports/internal/palette"
	"github.com/classibench/classibench/scenarios/traffic/profile"
)

// figures are those that have more than a point to show.
func figures(p *profile.Profile) (all []chart.Figure) {
	if len(p.Parts()) > 1 {
		all = append(all, rateFigure(p))
	}
	if p.HasHour() {
		all = append(all, hourFigure(p))
	}
	if p.Targets.Different > 1 {
		all = append(all, popularityFigure(p))
	}
	return all
}

func rateFigure(p *profile.Profile) chart.Figure {
	step := float64(p.Steps.Seconds)
	var points chart.Points
	scale, name := timeUnit(p.Seconds)
	for _, part := range p.Parts() {
		points = append(points, chart.Point{X: (part.Begin + part.Seconds/2) / scale, Y: part.Rate()})
	}
	return chart.Figure{
		Name: "traffic-rate", Title: "Rate over time", Axis: "hits per second",
		Caption: fmt.Sprintf("Each point is the mean of %s. The dashed line is the mean of all.", unit.Period(step)),
		Alt:     "Rate over time: " + headline(p) + ".",
		Plot: func(width chart.Length) *chart.Plot {
			return curve(chart.CountAxis(int(math.Ceil(points[len(points)-1].X)), width, name+" since the start"), points, p.Rate)
		},
	}
}

// timeUnit returns a unit for a time: its seconds and its name.
func timeUnit(seconds float64) (scale float64, name string) {
	switch {
	case seconds > 4*86400:
		return 86400, "days"
	case seconds > 3*3600:
		return 3600, "hours"
	}
	return 60, "minutes"
}

func hourFigure(p *profile.Profile) chart.Figure {
	var points chart.Points
	parts := p.HourParts()
	for _, part := range parts {
		points = append(points, chart.Point{X: (part.Begin + part.Seconds/2 - parts[0].Begin) / 60, Y: part.Rate()})
	}
	return chart.Figure{
		Name: "traffic-hour", Title: "The busiest hour", Axis: "hits per second",
		Caption: fmt.Sprintf("Minute by minute from %s. The dashed line is the mean of the hour.", moment(p, p.Hour.From)),
		Alt:     fmt.Sprintf("The busiest hour: %s hits/s from %s.", unit.Number(p.Hour.Rate), moment(p, p.Hour.From)),
		Plot: func(width chart.Length) *chart.Plot {
			return curve(chart.CountAxis(60, width, "minutes since its start"), points, p.Hour.Rate)
		},
	}
}

// curve draws a rate and its mean.
func curve(x chart.Axis, points chart.Points, mean float64) *chart.Plot {
	line := chart.Curve{Points: points, Style: chart.Heavy(palette.Target(0))}
	p := chart.New(x, chart.LinearAxis(max(chart.Top(line), mean), unit.Plain))
	p.Add(line, chart.Level(p, mean, chart.Light(palette.Soft)))
	return p
}

func popularityFigure(p *profile.Profile) chart.Figure {
	return chart.Figure{
		Name: "traffic-popularity", Title: "Popularity of targets", Axis: "requests of a target",
		Caption: "The k-th most popular target and its requests, both axes logarithmic. Zipf's law is a straight line; the dashed one has the fitted exponent.",
		Alt:     fmt.Sprintf("Popularity of targets: %s different ones, Zipf exponent %s.", unit.Whole(p.Targets.Different), exponent(p.Targets.Zipf)),
		Plot: func(chart.Length) *chart.Plot {
			var points chart.Points
			for _, r := range p.Targets.Ranks {
				points = append(points, chart.Point{X: float64(r.Rank), Y: float64(r.Hits)})
			}
			first := p.Targets.Ranks[0]
			x := fromOne(float64(p.Targets.Different))
			x.Label = "rank of the target"
			plot := chart.New(x, fromOne(max(float64(first.Hits), first.Fitted)))
			plot.Add(chart.Curve{Points: law(p.Targets), Style: chart.Light(palette.Soft)}, chart.Dots{Points: points, Ink: palette.Target(0)})
			return plot
		},
	}
}

// fromOne returns a logarithmic axis of ranks or counts: there is none below 1.
func fromOne(highest float64) chart.Axis { return chart.LogAxis(1, max(4, highest), unit.Plain) }

// law returns the ends of the line of Zipf's law, which ends where a target has less than one
// request.
func law(p profile.Popularity) chart.Points {
	first, last := p.Ranks[0], p.Ranks[len(p.Ranks)-1]
	end := chart.Point{X: float64(last.Rank), Y: max(1, last.Fitted)}
	if last.Fitted < 1 && first.Fitted > 1 {
		end.X = math.Pow(first.Fitted, 1/p.Zipf)
	}
	return chart.Points{{X: float64(first.Rank), Y: max(1, first.Fitted)}, end}
}
