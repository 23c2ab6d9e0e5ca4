package reports

import (
	"iter"
	"math"

	"github.com/classibench/classibench/bench/result"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// longestReplay bounds the time axis, in seconds: a month.
const longestReplay = 31 * 86400

// timePlot returns an empty plot over the time of the replay, its stages
// marked. All of them have the same horizontal axis.
func timePlot(r *result.Result, width vg.Length, y axis) *plot.Plot {
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

// perSecond sums up the samples of each second, in its middle.
type perSecond struct{ mean, least, greatest plotter.XYs }

// counted sums up what was counted at each look.
func counted(count func(result.Sample) int) func(result.Trial) perSecond {
	return func(t result.Trial) perSecond {
		var out perSecond
		for second, samples := range bySecond(t.Samples) {
			sum, lo, hi := 0.0, math.Inf(1), math.Inf(-1)
			for _, s := range samples {
				y := float64(count(s))
				sum, lo, hi = sum+y, min(lo, y), max(hi, y)
			}
			at := func(y float64) plotter.XY { return plotter.XY{X: second + 0.5, Y: y} }
			out.mean, out.least, out.greatest = append(out.mean, at(sum/float64(len(samples)))), append(out.least, at(lo)), append(out.greatest, at(hi))
		}
		return out
	}
}

// coresBySecond is the CPU time of each second. Samples weigh by the time that
// they are about: on a busy machine two may follow on each other so closely
// that the second one shows many times more cores than there are.
func coresBySecond(t result.Trial) perSecond {
	var out perSecond
	before := 0.0
	for second, samples := range bySecond(t.Samples) {
		used, time := 0.0, 0.0
		for _, s := range samples {
			length := max(0, s.At-before)
			used, time, before = used+s.CPU*length, time+length, s.At
		}
		if time > 0 {
			out.mean = append(out.mean, plotter.XY{X: second + 0.5, Y: used / time})
		}
	}
	return out
}

// bySecond yields the samples of each second.
func bySecond(samples []result.Sample) iter.Seq2[float64, []result.Sample] {
	return func(yield func(float64, []result.Sample) bool) {
		for from := 0; from < len(samples); {
			second, to := math.Floor(samples[from].At), from+1
			for to < len(samples) && math.Floor(samples[to].At) == second {
				to++
			}
			if !yield(second, samples[from:to]) {
				return
			}
			from = to
		}
	}
}
