package reports

import (
	"fmt"
	"strings"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/unit"
	"github.com/classibench/classibench/reports/internal/chart"
	"github.com/classibench/classibench/reports/internal/facts"
	"github.com/classibench/classibench/reports/internal/palette"
)

// throughputFigure shows the offered hits and the right answers of each second.
func throughputFigure(r *result.Result) *chart.Figure {
	if r.Replay == nil || len(r.Replay.Trials) == 0 || len(r.Replay.Trials[0].Series) == 0 {
		return nil
	}
	offered := chart.Curve{Points: due(r), Style: chart.Line{Color: palette.Soft.Faint(0.35), Width: 6}}
	curves := []chart.Curve{offered}
	names := offered.Labels("offered", palette.Soft, false)
	var told []string
	for _, t := range r.Replay.Trials {
		k := palette.Target(facts.Index(r, t.Target))
		c := chart.Curve{Points: series(t, func(p result.Point) float64 { return float64(p.Done) }), Style: chart.Heavy(k)}
		curves = append(curves, c)
		names = append(names, c.Labels(t.Target, k, true)...)
		told = append(told, fmt.Sprintf("%s answered %s of %s hits/s offered", t.Target, unit.Number(t.AchievedRPS), unit.Number(t.OfferedRPS)))
	}
	return &chart.Figure{
		Name: "throughput", Title: "Throughput, offered and achieved",
		Axis:    "hits/s",
		Caption: "Wide, pale line: hits that fell due in each second, the same for each target. Other lines: right answers that arrived in that second.",
		Alt:     chart.Alt("Throughput over time", told),
		Plot: func(width chart.Length) *chart.Plot {
			p := timePlot(r, width, chart.LinearAxis(chart.Top(curves...), unit.Plain))
			for _, c := range curves {
				p.Add(c)
			}
			p.Add(chart.NewLabels(width, names...))
			return p
		},
	}
}

// due returns the offered traffic up to its end.
func due(r *result.Result) chart.Points {
	points := series(r.Replay.Trials[0], func(p result.Point) float64 { return float64(p.Due) })
	for len(points) > 0 && points[len(points)-1].X > r.Replay.Seconds {
		points = points[:len(points)-1]
	}
	return points
}

func runnableFigure(r *result.Result) *chart.Figure {
	return loadFigure(r, chart.Figure{
		Name: "runnable", Title: "Load: runnable tasks", Axis: "tasks that run or wait for a core",
		Caption: "The target's tasks that run or wait for a core: the line is the average of each second, the band the range of its ten samples. If there are more tasks than cores of the target, some of them wait.",
		Alt:     "Runnable tasks over time. ",
	}, counted(func(s result.Sample) int { return s.Runnable }), func(l result.Load) string {
		return fmt.Sprintf("%s tasks on average and %s at most", unit.Fixed(l.RunnableMean, 1), unit.Whole(l.RunnableMax))
	})
}

func coresFigure(r *result.Result) *chart.Figure {
	return loadFigure(r, chart.Figure{
		Name: "cores", Title: "CPU: cores busy", Axis: "cores busy with the target",
		Caption: "CPU time of the target's process tree, ended children included, over each second.",
		Alt:     "Cores busy over time. ",
	}, coresBySecond, func(l result.Load) string { return unit.Fixed(l.CPUCores, 2) + " cores busy on average" })
}

func defunctFigure(r *result.Result) *chart.Figure {
	return loadFigure(r, chart.Figure{
		Name: "defunct", Title: "Defunct processes", Axis: "ended processes that their parent has not waited for",
		Caption: "Ended processes that their parent has not waited for: the line is the average of each second, the band the range of its ten samples.",
		Alt:     "Defunct processes over time. ",
	}, counted(func(s result.Sample) int { return s.Defunct }), func(l result.Load) string {
		return unit.Count(l.DefunctMax, "defunct process", "defunct processes") + " at most"
	})
}

// loadFigure shows the mean of a value in each second, in a band from the smallest
// to the largest sample. f lacks the plot, and the words about each target.
func loadFigure(r *result.Result, f chart.Figure, value func(result.Trial) perSecond, words func(result.Load) string) *chart.Figure {
	if !watched(r) {
		return nil
	}
	var means, highs []chart.Curve
	var bands []chart.Mark
	var names []chart.Label
	var told []string
	for _, t := range r.Replay.Trials {
		if !t.Load.Known() {
			told = append(told, t.Target+": its processes are not known")
			continue
		}
		k := palette.Target(facts.Index(r, t.Target))
		v := value(t)
		mean := chart.Curve{Points: v.mean, Style: chart.Heavy(k)}
		means, highs = append(means, mean), append(highs, chart.Curve{Points: v.greatest})
		bands = append(bands, chart.Band{Low: v.least, High: v.greatest, Ink: k.Faint(0.22)})
		names = append(names, mean.Labels(t.Target, k, true)...)
		told = append(told, t.Target+": "+words(t.Load))
	}
	f.Alt += strings.Join(told, "; ") + "."
	f.Plot = func(width chart.Length) *chart.Plot {
		p := timePlot(r, width, chart.LinearAxis(max(chart.Top(means...), chart.Top(highs...)), unit.Plain))
		p.Add(bands...)
		for _, c := range means {
			p.Add(c)
		}
		p.Add(chart.NewLabels(width, names...))
		return p
	}
	return &f
}

func series(t result.Trial, value func(result.Point) float64) chart.Points {
	points := make(chart.Points, len(t.Series))
	for i, p := range t.Series {
		points[i] = chart.Point{X: p.At + 0.5, Y: value(p)}
	}
	return points
}
