package gate

import (
	"context"
	"io"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/reports"
	"github.com/classibench/classibench/reports/internal/chart"
	"github.com/classibench/classibench/reports/internal/table"
)

// HTML writes the report of a gate as one page that loads nothing, with a plot of the
// estimate and its bounds until the decision.
func HTML(w io.Writer, r *result.Result) error {
	return document(newView(r)).Render(context.Background(), w)
}

// A view holds the parts of the page.
type view struct {
	*result.Result
	Word, Class string
	MDE, Effort string
	Reasons     []string
	Warnings    table.Notes
	Checks      table.Table
	Plots       []chart.Figure
	Facts       table.Facts
}

func newView(r *result.Result) view {
	v := view{
		Result: r, Word: word(r), Class: stampClasses[word(r)], MDE: mdeSentence(r.Gate), Effort: effort(r),
		Reasons: reasons(r), Warnings: warnings(r), Checks: checksTable(r), Plots: reports.Figures(r), Facts: factsOf(r),
	}
	if f := figure(r); f != nil {
		v.Plots = append([]chart.Figure{*f}, v.Plots...)
	}
	return v
}

// stampClasses sets the colour of the word. The default is red.
var stampClasses = map[string]string{"PASS": "good", "INCONCLUSIVE": "quiet"}

// css holds the additional styles of a gate's page.
const css = ".stamp.good{color:var(--good)}.stamp.quiet{color:var(--doubt)}"
