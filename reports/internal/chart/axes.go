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

// The types of gonum's plots that figures use.
type (
	Plot   = plot.Plot
	Tick   = plot.Tick
	Mark   = plot.Plotter
	Length = vg.Length // in points
	Line   = draw.LineStyle
	Point  = plotter.XY
	Points = plotter.XYs
)

const smallSize = 12 // size of all letters except titles, in points

// letters returns a style of text.
func letters(size Length, k palette.Ink, bold bool) draw.TextStyle {
	f := font.Font{Typeface: "Liberation", Variant: "Sans", Size: size}
	if bold {
		f.Weight = xfont.WeightBold
	}
	return draw.TextStyle{Color: k, Font: f, YAlign: draw.YTop, Handler: plot.DefaultTextHandler}
}

// New returns an empty plot with these axes, and faint horizontal lines at the ticks of the
// vertical axis.
func New(x, y Axis) *Plot {
	p := plot.New()
	p.BackgroundColor = nil
	x.apply(&p.X)
	p.X.LineStyle = Line{Color: palette.Soft, Width: 0.75}
	p.X.Tick.LineStyle = Line{Color: palette.Soft, Width: 0.75}
	p.X.Tick.Length = 4
	p.X.Tick.Label.YAlign = -1.2 // a little below the tick, which would touch the digits
	p.X.Label.Padding = 6
	y.apply(&p.Y)
	p.Y.LineStyle.Width = 0
	p.Y.Tick.LineStyle.Width = 0
	p.Y.Tick.Length = 0
	p.Add(&plotter.Grid{Horizontal: Line{Color: palette.Grid, Width: 0.75}})
	return p
}

// An Axis is a range of values with labels for some of them.
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

// logScale spaces values by their logarithm. Unlike plot.LogScale it accepts any value:
// values below the axis lie below it, 0 and negative values by six decades.
type logScale struct{}

func (logScale) Normalize(lowest, highest, x float64) float64 {
	lo := math.Log(lowest)
	return (math.Log(max(x, lowest*1e-6)) - lo) / (math.Log(highest) - lo)
}

// LinearAxis returns an axis from 0 to a round number that no value exceeds.
func LinearAxis(highest float64, name func(float64) string) Axis {
	if !(highest > 1e-9) || math.IsInf(highest, 0) {
		highest = 1
	}
	step := roundStep(highest / 4)
	a := Axis{Max: step * math.Ceil(highest/step*(1-1e-9))}
	return a.ticked(step, a.Max, name)
}

// ticked labels the multiples of a step up to last.
func (a Axis) ticked(step, last float64, name func(float64) string) Axis {
	for i := math.Ceil(a.Min / step); i*step <= last*(1+1e-9); i++ {
		a.Ticks = append(a.Ticks, Tick{Value: i * step, Label: name(i * step)})
	}
	return a
}

// roundStep returns the least number not below x that is 1, 2 or 5 times a power of ten.
func roundStep(x float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(x)))
	for _, m := range []float64{1, 2, 5} {
		if x <= m*power*(1+1e-9) {
			return m * power
		}
	}
	return 10 * power
}

// LogAxis returns an axis that contains all positive values between two, with labels at
// powers of ten, and also at 2 and 5 times these if there are few: a single label gives no scale.
func LogAxis(lowest, highest float64, name func(float64) string) Axis {
	if highest < 4*lowest { // otherwise it might have no tick
		lowest, highest = lowest/2, highest*2
	}
	a := Axis{Min: lowest / 1.2, Max: highest * 1.2, scale: logScale{}}
	named := []float64{1}
	powers := math.Floor(math.Log10(a.Max)) - math.Ceil(math.Log10(a.Min)) + 1
	if powers < 2 || math.Log10(a.Max/a.Min) < 1.7 {
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

// TimeAxis returns an axis of seconds from 0, with as many labels as fit the width.
func TimeAxis(seconds float64, width Length, label string) Axis {
	if !(seconds > 1e-3) || math.IsInf(seconds, 0) {
		seconds = 1
	}
	step := roundStep(seconds / math.Max(2, float64(width)/80))
	return Axis{Max: seconds, Label: label}.ticked(step, seconds, func(x float64) string { return unit.Plain(x) + " s" })
}

// NinesAxis returns an axis of percentiles on which each further nine has the same room.
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

// RatioAxis returns an axis of ratios with some room around them.
func RatioAxis(lowest, highest float64) Axis {
	return NearAxis(lowest, highest, 0.15, func(x float64) string { return unit.Plain(x) + "×" })
}

// NearAxis returns an axis for values that are near each other, with a share of their range
// as room around them; it need not begin at 0. If the values are far apart it is logarithmic.
func NearAxis(lowest, highest, share float64, name func(float64) string) Axis {
	if highest/lowest > 4 {
		return LogAxis(lowest, highest, name)
	}
	room := max(share*(highest-lowest), 0.02*highest)
	a := Axis{Min: max(0, lowest-room), Max: highest + room}
	return a.ticked(roundStep((a.Max-a.Min)/5), a.Max, name)
}

// Ratio returns the label of a ratio.
func Ratio(x float64) float64 {
	if math.IsNaN(x) {
		return 1
	}
	return min(max(x, 1e-6), 1e6)
}

// CountAxis returns an axis of counts from 0, with as many labels as fit the width.
func CountAxis(count int, width Length, label string) Axis {
	step := max(1, roundStep(float64(count)/math.Max(2, float64(width)/60)))
	return Axis{Max: float64(count) * 1.02, Label: label}.ticked(step, float64(count), unit.Plain)
}
