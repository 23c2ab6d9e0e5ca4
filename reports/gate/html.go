package gate

import (
	"context"
	"io"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/reports"
	"github.com/classibench/classibench/reports/internal/chart"
	"github.com/classibench/classibench/reports/internal/table"
)

// HTML writes what a gate found as one page that loads nothing, with a
// picture of how the estimate and its bounds went until it decided.
func HTML(w io.Writer, r *result.Result) error {
	return document(newView(r)).Render(context.Background(), w)
}

// A view is a gate as the page shows it.
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

// stampClasses colour the word; a stamp is red if nothing else is said.
var stampClasses = map[string]string{"PASS": "good", "INCONCLUSIVE": "quiet"}

// css is what a gate's page has beside the styles of all pages.
const css = ".stamp.good{color:var(--good)}.stamp.quiet{color:var(--doubt)}"
