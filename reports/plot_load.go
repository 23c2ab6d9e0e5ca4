package reports

import (
	"fmt"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/classibench/classibench/bench"
)

// throughputFigure shows what was offered and what was answered in each second.
func throughputFigure(r *bench.Result) *Figure {
	if r.Replay == nil || len(r.Replay.Trials) == 0 || len(r.Replay.Trials[0].Series) == 0 {
		return nil
	}
	offered := curve{due(r), draw.LineStyle{Color: softInk, Width: 1.25, Dashes: []vg.Length{1.5, 2}}}
	curves := []curve{offered}
	names := ends("offered", softInk, false, offered)
	var told []string
	for _, t := range r.Replay.Trials {
		k := targetInk(number(r, t.Target))
		c := curve{series(t, func(p bench.Point) float64 { return float64(p.Done) }), heavy(k)}
		curves = append(curves, c)
		names = append(names, ends(t.Target, k, true, c)...)
		told = append(told, fmt.Sprintf("%s answered %s of %s hits/s offered", t.Target, digits3(t.AchievedRPS), digits3(t.OfferedRPS)))
	}
	return &Figure{
		Name: "throughput", Title: "Throughput, offered and achieved",
		Axis:    "hits/s",
		Caption: "Dotted: hits that fell due in each second, the same for each target. Solid: right answers that arrived in it.",
		Alt:     "Throughput over time. " + strings.Join(told, "; ") + ".",
		plot: func(width vg.Length) *plot.Plot {
			p := timePlot(r, width, linearAxis(top(curves...), plainNumber))
			add(p, curves)
			p.Add(newLabels(width, names...))
			return p
		},
	}
}

// due is the offered traffic, up to its end.
func due(r *bench.Result) plotter.XYs {
	points := series(r.Replay.Trials[0], func(p bench.Point) float64 { return float64(p.Due) })
	for len(points) > 0 && points[len(points)-1].X > r.Replay.Seconds {
		points = points[:len(points)-1]
	}
	return points
}

// top is the highest value of all curves.
func top(curves ...curve) float64 {
	most := 0.0
	for _, c := range curves {
		if y, _, ok := highest(c); ok {
			most = max(most, y)
		}
	}
	return most
}

func runnableFigure(r *bench.Result) *Figure {
	f := loadFigure(r, func(s bench.Sample) float64 { return float64(s.Runnable) }, func(l bench.Load) string {
		return fmt.Sprintf("%s tasks on average and %s at most", fixed(l.RunnableMean, 1), grouped(fmt.Sprint(l.RunnableMax)))
	})
	if f != nil {
		f.Name, f.Title, f.Axis = "runnable", "Load: runnable tasks", "tasks that run or wait for a core"
		f.Caption = "The target's tasks that run or wait for a core, ten times a second (thin) and averaged over each second. More than the target has cores means that some wait."
		f.Alt = "Runnable tasks over time. " + f.Alt
	}
	return f
}

func coresFigure(r *bench.Result) *Figure {
	f := loadFigure(r, func(s bench.Sample) float64 { return s.CPU }, func(l bench.Load) string {
		return fmt.Sprintf("%s cores busy on average", fixed(l.CPUCores, 2))
	})
	if f != nil {
		f.Name, f.Title, f.Axis = "cores", "CPU: cores busy", "cores busy with the target"
		f.Caption = "CPU time of the target's process tree, ended children included, ten times a second (thin) and averaged over each second."
		f.Alt = "Cores busy over time. " + f.Alt
	}
	return f
}

func defunctFigure(r *bench.Result) *Figure {
	f := loadFigure(r, func(s bench.Sample) float64 { return float64(s.Defunct) }, func(l bench.Load) string {
		return fmt.Sprintf("%s at most", plural(l.DefunctMax, "defunct process", "defunct processes"))
	})
	if f != nil {
		f.Name, f.Title, f.Axis = "defunct", "Defunct processes", "processes that ended and were not yet waited for"
		f.Caption = "Processes that ended and were not yet waited for, ten times a second (thin) and averaged over each second."
		f.Alt = "Defunct processes over time. " + f.Alt
	}
	return f
}

// loadFigure shows a value of each sample, thin, and its mean in each second.
// The caller gives it its words.
func loadFigure(r *bench.Result, value func(bench.Sample) float64, tell func(bench.Load) string) *Figure {
	if !watched(r) {
		return nil
	}
	var thin, means []curve
	var names []label
	var told []string
	for _, t := range r.Replay.Trials {
		k := targetInk(number(r, t.Target))
		points := sampled(t, value)
		mean := curve{bySecond(points), heavy(k)}
		thin, means = append(thin, curve{points, raw(k)}), append(means, mean)
		names = append(names, ends(t.Target, k, true, mean)...)
		told = append(told, t.Target+": "+tell(t.Load))
	}
	return &Figure{
		Alt: strings.Join(told, "; ") + ".",
		plot: func(width vg.Length) *plot.Plot {
			p := timePlot(r, width, linearAxis(top(thin...), plainNumber))
			add(p, thin)
			add(p, means)
			p.Add(newLabels(width, names...))
			return p
		},
	}
}
