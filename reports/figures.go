package reports

import (
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/reports/internal/chart"
)

// A Figure is a plot that can be drawn in any size, as SVG or PNG.
type Figure = chart.Figure

// FigureNames returns the names of all possible figures.
func FigureNames() []string {
	return []string{"gain", "gain-work", "limits", "latency-percentiles", "latency-time", "throughput", "runnable", "cores", "defunct", "database-processes", "database-cores"}
}

// Figures returns the plots of a result. Plots without data are left out.
func Figures(r *result.Result) []Figure {
	var all []Figure
	for _, draw := range []func(*result.Result) *chart.Figure{
		gainFigure, workFigure, limitsFigure, percentileFigure, latencyFigure, throughputFigure, runnableFigure, coresFigure, defunctFigure, processesFigure, databaseCoresFigure,
	} {
		if f := draw(r); f != nil {
			all = append(all, *f)
		}
	}
	return all
}
