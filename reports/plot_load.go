package reports

import (
	"fmt"
	"strings"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/unit"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// throughputFigure shows what was offered and what was answered in each second.
func throughputFigure(r *result.Result) *Figure {
	if r.Replay == nil || len(r.Replay.Trials) == 0 || len(r.Replay.Trials[0].Series) == 0 {
		return nil
	}
	offered := curve{due(r), draw.LineStyle{Color: softInk.faint(0.35), Width: 6}}
	curves := []curve{offered}
	names := ends("offered", softInk, false, offered)
	var told []string
	for _, t := range r.Replay.Trials {
		k := targetInk(number(r, t.Target))
		c := curve{series(t, func(p result.Point) float64 { return float64(p.Done) }), heavy(k)}
		curves = append(curves, c)
		names = append(names, ends(t.Target, k, true, c)...)
		told = append(told, fmt.Sprintf("%s answered %s of %s hits/s offered", t.Target, unit.Number(t.AchievedRPS), unit.Number(t.OfferedRPS)))
	}
	return &Figure{
		Name: "throughput", Title: "Throughput, offered and achieved",
		Axis:    "hits/s",
		Caption: "Wide and pale: hits that fell due in each second, the same for each target. Lines: right answers that arrived in it.",
		Alt:     alt("Throughput over time", told),
		plot: func(width vg.Length) *plot.Plot {
			p := timePlot(r, width, linearAxis(top(curves...), unit.Plain))
			add(p, curves)
			p.Add(newLabels(width, names...))
			return p
		},
	}
}

// due is the offered traffic, up to its end.
func due(r *result.Result) plotter.XYs {
	points := series(r.Replay.Trials[0], func(p result.Point) float64 { return float64(p.Due) })
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

func runnableFigure(r *result.Result) *Figure {
	f := loadFigure(r, counted(func(s result.Sample) int { return s.Runnable }), func(l result.Load) string {
		return fmt.Sprintf("%s tasks on average and %s at most", unit.Fixed(l.RunnableMean, 1), unit.Whole(l.RunnableMax))
	})
	if f != nil {
		f.Name, f.Title, f.Axis = "runnable", "Load: runnable tasks", "tasks that run or wait for a core"
		f.Caption = "The target's tasks that run or wait for a core, on average over each second, in a band from the least to the most of ten looks. More than the target has cores means that some wait."
		f.Alt = "Runnable tasks over time. " + f.Alt
	}
	return f
}

func coresFigure(r *result.Result) *Figure {
	f := loadFigure(r, coresBySecond, func(l result.Load) string {
		return fmt.Sprintf("%s cores busy on average", unit.Fixed(l.CPUCores, 2))
	})
	if f != nil {
		f.Name, f.Title, f.Axis = "cores", "CPU: cores busy", "cores busy with the target"
		f.Caption = "CPU time of the target's process tree, ended children included, over each second."
		f.Alt = "Cores busy over time. " + f.Alt
	}
	return f
}

func defunctFigure(r *result.Result) *Figure {
	f := loadFigure(r, counted(func(s result.Sample) int { return s.Defunct }), func(l result.Load) string {
		return fmt.Sprintf("%s at most", unit.Count(l.DefunctMax, "defunct process", "defunct processes"))
	})
	if f != nil {
		f.Name, f.Title, f.Axis = "defunct", "Defunct processes", "processes that ended and were not yet waited for"
		f.Caption = "Processes that ended and were not yet waited for, on average over each second, in a band from the least to the most of ten looks."
		f.Alt = "Defunct processes over time. " + f.Alt
	}
	return f
}

// loadFigure shows the mean of a value in each second, in a band from the least
// to the greatest sample. The caller gives it its words.
func loadFigure(r *result.Result, value func(result.Trial) perSecond, tell func(result.Load) string) *Figure {
	if !watched(r) {
		return nil
	}
	var means, highs []curve
	var bands []plot.Plotter
	var names []label
	var told []string
	for _, t := range r.Replay.Trials {
		k := targetInk(number(r, t.Target))
		v := value(t)
		mean := curve{v.mean, heavy(k)}
		means, highs = append(means, mean), append(highs, curve{points: v.greatest})
		bands = append(bands, band{v.least, v.greatest, k.faint(0.22)})
		names = append(names, ends(t.Target, k, true, mean)...)
		told = append(told, t.Target+": "+tell(t.Load))
	}
	return &Figure{
		Alt: strings.Join(told, "; ") + ".",
		plot: func(width vg.Length) *plot.Plot {
			p := timePlot(r, width, linearAxis(max(top(means...), top(highs...)), unit.Plain))
			p.Add(bands...)
			add(p, means)
			p.Add(newLabels(width, names...))
			return p
		},
	}
}
