package reports

import (
	"iter"
	"math"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/reports/internal/chart"
)

// longestReplay bounds the time axis, in seconds: a month.
const longestReplay = 31 * 86400

// timePlot returns an empty plot over the time of the replay, with its stages marked. All
// such plots have the same horizontal axis.
func timePlot(r *result.Result, width chart.Length, y chart.Axis) *chart.Plot {
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
	p := chart.New(chart.TimeAxis(min(end, longestReplay), width, "since the replay began"), y)
	stages := make(chart.Phases, len(r.Replay.Stages))
	for i, s := range r.Replay.Stages {
		stages[i] = chart.Phase{Name: s.Name, From: s.From, To: s.To}
	}
	chart.Under(p, stages)
	return p
}

// perSecond summarises the samples of each second, at its middle.
type perSecond struct{ mean, least, greatest chart.Points }

// counted summarises a count of each sample.
func counted(count func(result.Sample) int) func(result.Trial) perSecond {
	return func(t result.Trial) perSecond {
		var out perSecond
		for second, samples := range bySecond(t.Samples) {
			sum, lo, hi := 0.0, math.Inf(1), math.Inf(-1)
			for _, s := range samples {
				y := float64(count(s))
				sum, lo, hi = sum+y, min(lo, y), max(hi, y)
			}
			at := func(y float64) chart.Point { return chart.Point{X: second + 0.5, Y: y} }
			out.mean, out.least, out.greatest = append(out.mean, at(sum/float64(len(samples)))), append(out.least, at(lo)), append(out.greatest, at(hi))
		}
		return out
	}
}

// coresBySecond returns the CPU time of each second. Samples are weighted by the time since
// the previous one: on a busy machine, two samples may be so close that the second shows
// many times more busy cores than the machine has.
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
			out.mean = append(out.mean, chart.Point{X: second + 0.5, Y: used / time})
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
