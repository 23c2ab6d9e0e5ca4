package chart

import (
	"math"

	"github.com/classibench/classibench/internal/unit"
	"github.com/classibench/classibench/reports/internal/palette"

	xfont "golang.org/x/image/font"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// The types of gonum's plots that a figure is made of.
type (
	Plot   = plot.Plot
	Tick   = plot.Tick
	Mark   = plot.Plotter
	Length = vg.Length // in points
	Line   = draw.LineStyle
	Point  = plotter.XY
	Points = plotter.XYs
)

const smallSize = 12 // points, of all letters but titles

// letters is a style of text.
func letters(size Length, k palette.Ink, bold bool) draw.TextStyle {
	f := font.Font{Typeface: "Liberation", Variant: "Sans", Size: size}
	if bold {
		f.Weight = xfont.WeightBold
	}
	return draw.TextStyle{Color: k, Font: f, YAlign: draw.YTop, Handler: plot.DefaultTextHandler}
}

// New returns an empty plot between two values on each axis, with faint
// lines across at the values named on the vertical axis.
func New(x, y Axis) *Plot {
	p := plot.New()
	p.BackgroundColor = nil
	x.apply(&p.X)
	p.X.LineStyle = Line{Color: palette.Soft, Width: 0.75}
	p.X.Tick.LineStyle = Line{Color: palette.Soft, Width: 0.75}
	p.X.Tick.Length = 4
	p.X.Tick.Label.YAlign = -1.2 // a little below the tick, which else touches the digits
	p.X.Label.Padding = 6
	y.apply(&p.Y)
	p.Y.LineStyle.Width = 0
	p.Y.Tick.LineStyle.Width = 0
	p.Y.Tick.Length = 0
	p.Add(&plotter.Grid{Horizontal: Line{Color: palette.Grid, Width: 0.75}})
	return p
}

// An Axis is a range of values with names for some of them.
type Axis struct {
	Min, Max float64
	scale    plot.Normalizer // linear if nil
	Ticks    []Tick
	Label    string
}

func (a Axis) apply(to *plot.Axis) {
	to.Min, to.Max, to.Padding = a.Min, a.Max, 0
	to.Label.Text = a.Label
	to.Label.TextStyle.Color, to.Label.TextStyle.Font = palette.Soft, letters(smallSize, palette.Soft, false).Font
	to.Tick.Label.Color, to.Tick.Label.Font = palette.Soft, letters(smallSize, palette.Soft, false).Font
	to.Tick.Marker = plot.ConstantTicks(a.Ticks)
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

// LinearAxis goes from 0 to a round number that no value exceeds.
func LinearAxis(highest float64, name func(float64) string) Axis {
	if !(highest > 1e-9) || math.IsInf(highest, 0) {
		highest = 1
	}
	step := roundStep(highest / 4)
	a := Axis{Max: step * math.Ceil(highest/step*(1-1e-9))}
	return a.ticked(step, a.Max, name)
}

// ticked names the multiples of a step up to the last.
func (a Axis) ticked(step, last float64, name func(float64) string) Axis {
	for i := math.Ceil(a.Min / step); i*step <= last*(1+1e-9); i++ {
		a.Ticks = append(a.Ticks, Tick{Value: i * step, Label: name(i * step)})
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

// LogAxis holds all positive values between two, named at powers of ten, and
// also at 2 and 5 times those if they are few.
func LogAxis(lowest, highest float64, name func(float64) string) Axis {
	if highest < 4*lowest { // else there might be no tick in it
		lowest, highest = lowest/2, highest*2
	}
	a := Axis{Min: lowest / 1.2, Max: highest * 1.2, scale: logScale{}}
	named := []float64{1}
	if math.Log10(a.Max/a.Min) < 1.7 {
		named = []float64{1, 2, 5}
	}
	for e := math.Floor(math.Log10(a.Min)); e <= math.Log10(a.Max); e++ {
		for _, m := range named {
			if v := m * math.Pow(10, e); v >= a.Min*(1-1e-9) && v <= a.Max*(1+1e-9) {
				a.Ticks = append(a.Ticks, Tick{Value: v, Label: name(v)})
			}
		}
	}
	return a
}

// TimeAxis counts seconds from 0, with as many names as the width has room for.
func TimeAxis(seconds float64, width Length, label string) Axis {
	if !(seconds > 1e-3) || math.IsInf(seconds, 0) {
		seconds = 1
	}
	step := roundStep(seconds / math.Max(2, float64(width)/80))
	return Axis{Max: seconds, Label: label}.ticked(step, seconds, func(x float64) string { return unit.Plain(x) + " s" })
}

// NinesAxis spreads the percentiles so that each further nine has as much room
// as the one before.
func NinesAxis(last float64, width Length, label string) Axis {
	a := Axis{Min: 1, Max: last, scale: logScale{}, Label: label}
	for _, t := range []Tick{
		{Value: 1, Label: "0%"}, {Value: 2, Label: "50%"}, {Value: 10, Label: "90%"}, {Value: 1e2, Label: "99%"}, {Value: 1e3, Label: "99.9%"},
		{Value: 1e4, Label: "99.99%"}, {Value: 1e5, Label: "99.999%"}, {Value: 1e6, Label: "99.9999%"}, {Value: 1e7, Label: "99.99999%"},
	} {
		if t.Value <= last {
			a.Ticks = append(a.Ticks, t)
		}
	}
	if half := 0.7 * float64(width) * math.Log(2) / math.Log(last); half < 32 {
		a.Ticks[0].Label = "" // no room beside 50%
	}
	return a
}

// RatioAxis holds ratios with some room around them.
func RatioAxis(lowest, highest float64) Axis {
	return NearAxis(lowest, highest, 0.15, func(x float64) string { return unit.Plain(x) + "×" })
}

// NearAxis shows values that are near each other, with a share of their range as room
// around them; it need not begin at 0. Where they are far from each other it is
// logarithmic.
func NearAxis(lowest, highest, share float64, name func(float64) string) Axis {
	if highest/lowest > 4 {
		return LogAxis(lowest, highest, name)
	}
	room := max(share*(highest-lowest), 0.02*highest)
	a := Axis{Min: max(0, lowest-room), Max: highest + room}
	return a.ticked(roundStep((a.Max-a.Min)/5), a.Max, name)
}

// Ratio is a ratio as it is drawn.
func Ratio(x float64) float64 {
	if math.IsNaN(x) {
		return 1
	}
	return min(max(x, 1e-6), 1e6)
}

// CountAxis counts from 0, with as many names as the width has room for.
func CountAxis(count int, width Length, label string) Axis {
	step := max(1, roundStep(float64(count)/math.Max(2, float64(width)/60)))
	return Axis{Max: float64(count) * 1.02, Label: label}.ticked(step, float64(count), unit.Plain)
}
