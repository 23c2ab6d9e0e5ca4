package verify

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/unit"
	"github.com/classibench/classibench/reports/internal/chart"
	"github.com/classibench/classibench/reports/internal/table"
	"github.com/classibench/classibench/reports/internal/text"

	_ "embed"
)

// HTML writes a verification as one page that loads nothing: each finding with its
// sequence diagram and with both answers side by side.
func HTML(w io.Writer, v *result.Verification) error {
	return document(newView(v)).Render(context.Background(), w)
}

//go:embed page.css
var css string

// A view holds the parts of the page.
type view struct {
	*result.Verification
	Word, Class string
	When        string
	Sentences   []string
	Reasons     []string
	Warnings    table.Notes
	Findings    []findingView
	Tried       table.Facts
	Varying     table.Table
	Growing     table.Table
	Plots       []chart.Figure
	Facts       table.Facts
}

func newView(v *result.Verification) view {
	w := view{
		Verification: v, Word: word(v), Class: stampClasses[v.Verdict], When: moment(v.Began),
		Sentences: v.Headlines(), Reasons: moreReasons(v), Warnings: warnings(v),
		Tried: triedFacts(v), Varying: varyingTable(v), Growing: growthTable(v), Plots: growthFigures(v), Facts: factsOf(v),
	}
	for i := range v.Findings {
		w.Findings = append(w.Findings, newFindingView(v, i))
	}
	return w
}

// stampClasses sets the color of the word. The default is red.
var stampClasses = map[string]string{result.Same: "good", result.Unknown: "quiet"}

// A findingView holds the parts of a page about one finding.
type findingView struct {
	result.Finding
	ID, Baseline string
	Sequence     chart.Sequence
	Head, Body   []row
	EqualBodies  string // describes the bodies if they do not differ
	Others       []fold
	Files        [2]string // of the saved finding, and of its script
}

// A fold is a titled list of requests.
type fold struct {
	Title string
	Lines []string
}

func newFindingView(v *result.Verification, i int) findingView {
	f := v.Findings[i]
	hidden := masked(v, f)
	return findingView{
		Finding: f, ID: fmt.Sprintf("finding-%d", i+1), Baseline: v.Baseline(), Sequence: diagram(f),
		Head: compareLines(headLines(f.Baseline, hidden), headLines(f.Answer, hidden)),
		Body: compareLines(bodyLines(f.Baseline), bodyLines(f.Answer)), EqualBodies: equalBodies(f),
		Others: folds(f), Files: [2]string{FindingName(i), ScriptName(i)},
	}
}

// equalBodies describes the bodies of two answers that differ elsewhere.
func equalBodies(f result.Finding) string {
	switch {
	case f.Kind == result.KindGrowth || f.Baseline.Failure != "" || f.Answer.Failure != "":
		return ""
	case f.Baseline.Body == f.Answer.Body:
		return fmt.Sprintf("The bodies are equal (%s).", unit.Count(len(f.Answer.Body), "byte"))
	}
	return "The bodies differ only in bytes that are not shown here."
}

// folds lists the other requests that a finding is about.
func folds(f result.Finding) (all []fold) {
	for _, x := range []struct {
		title string
		steps []result.VerifiedStep
	}{{"Also answered differently, with the same cause", f.Also}, {"Hide the difference when they are sent before the victim", f.Cleaners}} {
		if len(x.steps) > 0 {
			all = append(all, fold{x.title, stepLines(x.steps)})
		}
	}
	return all
}

func stepLines(steps []result.VerifiedStep) (lines []string) {
	for _, s := range steps {
		lines = append(lines, text.Cut(visible(s.Line()), 120))
	}
	return lines
}

// word returns the first word of the report.
func word(v *result.Verification) string { return strings.ToUpper(v.Verdict) }

// moment prints a time of RFC 3339, or what else stands there.
func moment(began string) string {
	t, err := time.Parse(time.RFC3339, began)
	if err != nil {
		return began
	}
	return unit.Moment(t)
}
