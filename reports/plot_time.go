package reports

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/classibench/classibench/bench"
)

// longestReplay bounds the time axis, in seconds: a month.
const longestReplay = 31 * 86400

// timePlot returns an empty plot over the time of the replay, its stages
// marked. All of them have the same horizontal axis.
func timePlot(r *bench.Result, width vg.Length, y axis) *plot.Plot {
	end := r.Replay.Seconds
	for _, t := range r.Replay.Trials {
		for _, p := range t.Series {
			if p.Done > 0 {
				end = max(end, p.At+1)
			}
		}
		for _, s := range t.Samples {
			end = max(end, s.At)
		}
	}
	p := newPlot(timeAxis(min(end, longestReplay), width, "since the replay began"), y)
	under(p, stageBands(r.Replay.Stages))
	return p
}

// under adds what lies below the grid.
func under(p *plot.Plot, what plot.Plotter) {
	p.Add(what, &plotter.Grid{Horizontal: draw.LineStyle{Color: gridInk, Width: 0.75}})
}

// rule draws a line all the way across and returns its label.
func rule(p *plot.Plot, y float64, name string) []label {
	p.Add(curve{
		plotter.XYs{{X: p.X.Min, Y: y}, {X: p.X.Max, Y: y}},
		draw.LineStyle{Color: softInk, Width: 0.9, Dashes: []vg.Length{1.5, 2.5}},
	})
	return []label{{name, softInk, plotter.XY{X: p.X.Max, Y: y}, false}}
}

// sampled is a value of each sample.
func sampled(t bench.Trial, value func(bench.Sample) float64) plotter.XYs {
	points := make(plotter.XYs, len(t.Samples))
	for i, s := range t.Samples {
		points[i] = plotter.XY{X: s.At, Y: value(s)}
	}
	return points
}

// bySecond sums up the points of each second, in its middle: their mean, the
// least and the greatest.
func bySecond(points plotter.XYs) (mean, least, greatest plotter.XYs) {
	for from := 0; from < len(points); {
		second, to := math.Floor(points[from].X), from
		sum, lo, hi := 0.0, math.Inf(1), math.Inf(-1)
		for ; to < len(points) && math.Floor(points[to].X) == second; to++ {
			y := points[to].Y
			sum, lo, hi = sum+y, min(lo, y), max(hi, y)
		}
		at := func(y float64) plotter.XY { return plotter.XY{X: second + 0.5, Y: y} }
		mean, least, greatest = append(mean, at(sum/float64(to-from))), append(least, at(lo)), append(greatest, at(hi))
		from = to
	}
	return mean, least, greatest
}
