package gate

import (
	"io"
	"strings"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/reports/internal/text"
)

// Text writes the result of a gate: the outcome and a sentence, the checks, and the
// warnings, in lines of at most the width in the options.
func Text(w io.Writer, r *result.Result, o text.Options) error {
	p := text.NewPrinter(w, o)
	printVerdict(p, r)
	printSides(p, r)
	if len(r.Gate.Checks) > 0 {
		p.Line("")
		checksTable(r).Text(p)
	}
	p.Line("")
	if mde := mdeSentence(r.Gate); mde != "" {
		p.Paragraph("", "", mde)
	}
	p.Paragraph("", "", effort(r))
	warnings(r).Text(p)
	return p.Flush()
}

var wordAnsi = map[string]text.Style{"PASS": text.Green, "FAIL": text.Red, "INCONCLUSIVE": text.Yellow, "INVALID": text.Red}

// printVerdict prints the outcome, with the sentence beside it.
func printVerdict(p *text.Printer, r *result.Result) {
	word := word(r)
	indent := strings.Repeat(" ", text.Width(word)+2)
	for i, line := range text.Wrap(text.Clean(r.Verdict.Sentence), min(p.Width, 100)-text.Width(indent)) {
		if i == 0 {
			p.Line(p.In(text.Bold, p.In(wordAnsi[word], word)) + "  " + line)
		} else {
			p.Line(indent + line)
		}
	}
	if r.Partial != "" {
		p.Paragraph(text.Yellow, "  ! ", "Partial: the run ended early. "+r.Partial)
	}
	for _, reason := range reasons(r) {
		p.Paragraph("", "  - ", reason)
	}
}

func printSides(p *text.Printer, r *result.Result) {
	if base, head := sides(r); base != head {
		p.Line("")
		p.Paragraph("", "base  ", base)
		p.Paragraph("", "head  ", head)
	}
}
