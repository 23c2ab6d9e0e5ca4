package reports

import (
	"context"
	"io"

	"github.com/a-h/templ"
	"github.com/classibench/classibench/bench/result"
)

// GateHTML writes what a gate found as one page that loads nothing, with a
// picture of how the estimate and its bounds went until it decided.
func GateHTML(w io.Writer, r *result.Result) error {
	return gatePage(newGateView(r)).Render(context.Background(), w)
}

// A gateView is a gate as the page shows it.
type gateView struct {
	*result.Result
	Word, Class string
	MDE, Effort string
	Reasons     []string
	Doubts      []note
	Checks      table
	Plots       []Figure
	Facts       []fact
}

func newGateView(r *result.Result) gateView {
	v := gateView{
		Result: r, Word: gateWord(r), Class: stampClasses[gateWord(r)], MDE: mdeSentence(r.Gate), Effort: effort(r),
		Reasons: gateReasons(r), Doubts: gateDoubts(r), Checks: checksTable(r), Plots: Figures(r), Facts: gateFacts(r),
	}
	if f := gateFigure(r); f != nil {
		v.Plots = append([]Figure{*f}, v.Plots...)
	}
	return v
}

// stampClasses colour the word; a stamp is red if nothing else is said.
var stampClasses = map[string]string{"PASS": "good", "INCONCLUSIVE": "quiet"}

// gateStyles is what a gate's page has beside the styles of all pages.
func gateStyles() templ.Component {
	return templ.Raw("<style>.stamp.good{color:var(--good)}.stamp.quiet{color:var(--doubt)}</style>")
}
