package reports

import (
	"math"

	"github.com/classibench/classibench/internal/unit"
	xfont "golang.org/x/image/font"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

const smallSize = 12 // points, of all letters but titles

// letters is a style of text.
func letters(size vg.Length, k ink, bold bool) text.Style {
	f := font.Font{Typeface: "Liberation", Variant: "Sans", Size: size}
	if bold {
		f.Weight = xfont.WeightBold
	}
	return text.Style{Color: k, Font: f, YAlign: draw.YTop, Handler: plot.DefaultTextHandler}
}

// newPlot returns an empty plot between two values on each axis, with faint
// lines across at the values named on the vertical axis.
func newPlot(x, y axis) *plot.Plot {
	p := plot.New()
	p.BackgroundColor = nil
	x.apply(&p.X)
	p.X.LineStyle = draw.LineStyle{Color: softInk, Width: 0.75}
	p.X.Tick.LineStyle = draw.LineStyle{Color: softInk, Width: 0.75}
	p.X.Tick.Length = 4
	p.X.Tick.Label.YAlign = -1.2 // a little below the tick, which else touches the digits
	p.X.Label.Padding = 6
	y.apply(&p.Y)
	p.Y.LineStyle.Width = 0
	p.Y.Tick.LineStyle.Width = 0
	p.Y.Tick.Length = 0
	p.Add(&plotter.Grid{Horizontal: draw.LineStyle{Color: gridInk, Width: 0.75}})
	return p
}

// An axis is a range of values with names for some of them.
type axis struct {
	min, max float64
	scale    plot.Normalizer // linear if nil
	ticks    []plot.Tick
	label    string
}

func (a axis) apply(to *plot.Axis) {
	to.Min, to.Max, to.Padding = a.min, a.max, 0
	to.Label.Text = a.label
	to.Label.TextStyle.Color, to.Label.TextStyle.Font = softInk, letters(smallSize, softInk, false).Font
	to.Tick.Label.Color, to.Tick.Label.Font = softInk, letters(smallSize, softInk, false).Font
	to.Tick.Marker = plot.ConstantTicks(a.ticks)
	if a.scale != nil {
		to.Scale = a.scale
	}
}

// logScale spaces values by their logarithm. Unlike plot.LogScale it takes any
// value: what is below the axis lies below it, 0 and less by six decades.
type logScale struct{}

func (logScale) Normalize(lowest, highest, x float64) float64 {
	lo := math.Log(lowest)
	return (math.Log(max(x, lowest*1e-6)) - lo) / (math.Log(highest) - lo)
}

// linearAxis goes from 0 to a round number that no value exceeds.
func linearAxis(highest float64, name func(float64) string) axis {
	if !(highest > 1e-9) || math.IsInf(highest, 0) {
		highest = 1
	}
	step := roundStep(highest / 4)
	a := axis{max: step * math.Ceil(highest/step*(1-1e-9))}
	for i := 0.0; i*step <= a.max*(1+1e-9); i++ {
		a.ticks = append(a.ticks, plot.Tick{Value: i * step, Label: name(i * step)})
	}
	return a
}

// roundStep is the least of 1, 2 and 5 times a power of ten that is not below x.
func roundStep(x float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(x)))
	for _, m := range []float64{1, 2, 5} {
		if x <= m*power*(1+1e-9) {
			return m * power
		}
	}
	return 10 * power
}

// logAxis holds all positive values between two, named at powers of ten, and
// also at 2 and 5 times those if they are few.
func logAxis(lowest, highest float64, name func(float64) string) axis {
	if highest < 4*lowest { // else there might be no tick in it
		lowest, highest = lowest/2, highest*2
	}
	a := axis{min: lowest / 1.2, max: highest * 1.2, scale: logScale{}}
	if few := math.Log10(a.max/a.min) < 1.7; few {
		a.ticks = logTicks(a, []float64{1, 2, 5}, name)
	} else {
		a.ticks = logTicks(a, []float64{1}, name)
	}
	return a
}

func logTicks(a axis, of []float64, name func(float64) string) []plot.Tick {
	var ticks []plot.Tick
	for e := math.Floor(math.Log10(a.min)); e <= math.Log10(a.max); e++ {
		for _, m := range of {
			if v := m * math.Pow(10, e); v >= a.min*(1-1e-9) && v <= a.max*(1+1e-9) {
				ticks = append(ticks, plot.Tick{Value: v, Label: name(v)})
			}
		}
	}
	return ticks
}

// timeAxis counts seconds from 0, named as far apart as the width asks for.
func timeAxis(seconds float64, width vg.Length, label string) axis {
	if !(seconds > 1e-3) || math.IsInf(seconds, 0) {
		seconds = 1
	}
	step := roundStep(seconds / math.Max(2, float64(width)/80))
	a := axis{max: seconds, label: label}
	for i := 0.0; i*step <= seconds*(1+1e-9); i++ {
		a.ticks = append(a.ticks, plot.Tick{Value: i * step, Label: unit.Plain(i*step) + " s"})
	}
	return a
}

// ninesAxis spreads the percentiles so that each further nine has as much room
// as the one before.
func ninesAxis(last float64, width vg.Length, label string) axis {
	a := axis{min: 1, max: last, scale: logScale{}, label: label}
	for _, t := range []plot.Tick{
		{Value: 1, Label: "0%"}, {Value: 2, Label: "50%"}, {Value: 10, Label: "90%"}, {Value: 1e2, Label: "99%"}, {Value: 1e3, Label: "99.9%"},
		{Value: 1e4, Label: "99.99%"}, {Value: 1e5, Label: "99.999%"}, {Value: 1e6, Label: "99.9999%"}, {Value: 1e7, Label: "99.99999%"},
	} {
		if t.Value <= last {
			a.ticks = append(a.ticks, t)
		}
	}
	if half := 0.7 * float64(width) * math.Log(2) / math.Log(last); half < 32 {
		a.ticks[0].Label = "" // no room beside 50%
	}
	return a
}
