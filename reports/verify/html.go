package verify

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"
	"unicode"

	"github.com/a-h/templ"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/unit"
	"github.com/classibench/classibench/reports/internal/chart"
	"github.com/classibench/classibench/reports/internal/table"
	"github.com/classibench/classibench/reports/internal/text"

	_ "embed"
)

// HTML writes a verification as one page that loads nothing: each finding with its
// sequence diagram and with both answers side by side. The commands that run a finding again
// expect its files in the current directory.
func HTML(w io.Writer, v *result.Verification) error { return writePage(w, v, "") }

// writePage is HTML for a report in a directory, which these commands name.
func writePage(w io.Writer, v *result.Verification, dir string) error {
	var b bytes.Buffer
	if err := document(newView(v, dir)).Render(context.Background(), &b); err != nil {
		return err
	}
	_, err := w.Write(bytes.Map(harmless, bytes.ToValidUTF8(b.Bytes(), []byte("\uFFFD"))))
	return err
}

// harmless drops characters that would change the text around them. Where they matter, the
// page has them as escapes.
func harmless(c rune) rune {
	if c != '\n' && c != '\t' && (unicode.IsControl(c) || unicode.Is(unicode.Cf, c)) {
		return -1
	}
	return c
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

func newView(v *result.Verification, dir string) view {
	w := view{
		Verification: v, Word: word(v), Class: stampClasses[v.Verdict], When: moment(v.Began),
		Sentences: v.Headlines(), Reasons: moreReasons(v), Warnings: warnings(v),
		Tried: triedFacts(v), Varying: varyingTable(v), Growing: growthTable(v), Plots: growthFigures(v), Facts: factsOf(v),
	}
	for i := range v.Findings {
		w.Findings = append(w.Findings, newFindingView(v, i, dir))
	}
	return w
}

// stampClasses sets the color of the word. The default is red.
var stampClasses = map[string]string{result.Same: "good", result.Unknown: "quiet"}

// A findingView holds the parts of a page about one finding.
type findingView struct {
	result.Finding
	ID, Baseline string
	Name         string // title among all findings
	Sequence     chart.Sequence
	Head, Body   []row
	EqualBodies  string // describes the bodies if they do not differ
	Others       []fold
	Files        [2]string // the saved finding and its script, quoted for a shell
}

// A fold is a titled list of requests.
type fold struct {
	Title string
	Lines []string
}

func newFindingView(v *result.Verification, i int, dir string) findingView {
	f := v.Findings[i]
	hidden := masked(v, f)
	return findingView{
		Finding: f, ID: fmt.Sprintf("finding-%d", i+1), Baseline: v.Baseline(), Name: v.Title(f), Sequence: diagram(f),
		Head: compareLines(headLines(f.Baseline, hidden), headLines(f.Answer, hidden)),
		Body: compareLines(bodyLines(f.Baseline), bodyLines(f.Answer)), EqualBodies: equalBodies(f),
		Others: folds(f), Files: [2]string{quoted(filepath.Join(dir, FindingName(i))), quoted(filepath.Join(dir, ScriptName(i)))},
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

// summary describes the kind of a finding, and how reliably its sequence shows it.
func summary(f result.Finding) string {
	s := result.Meaning(f.Kind) + "."
	if r := f.Reliability(); r != "" {
		s += " " + r + "."
	}
	return s
}

// word returns the first word of the report.
func word(v *result.Verification) string { return strings.ToUpper(v.Verdict) }

// partialWords states that findings may be missing. Without any, the reasons of the verdict state
// that the verification ended early.
func partialWords(v *result.Verification) string {
	if !v.Partial || v.Verdict == result.Unknown {
		return ""
	}
	return "Partial: the verification ended early, so there may be further differences."
}

// moment prints a time of RFC 3339, or what else stands there.
func moment(began string) string {
	t, err := time.Parse(time.RFC3339, began)
	if err != nil {
		return began
	}
	return unit.Moment(t)
}

// marked writes the parts of a line, without blanks between them: blanks count here.
func marked(spans []span, candidate bool) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		var b strings.Builder
		for _, s := range spans {
			switch text := templ.EscapeString(s.Text); {
			case s.Differs && candidate:
				b.WriteString("<ins>" + text + "</ins>")
			case s.Differs:
				b.WriteString("<del>" + text + "</del>")
			default:
				b.WriteString(text)
			}
		}
		_, err := io.WriteString(w, b.String())
		return err
	})
}
