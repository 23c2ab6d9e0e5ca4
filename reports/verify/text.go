package verify

import (
	"fmt"
	"io"
	"strings"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/reports/internal/text"
)

// Text writes a verification for a terminal: the verdict and a sentence, each finding with
// its sequence, growth, and the warnings, in lines of at most the width in the options.
func Text(w io.Writer, v *result.Verification, o text.Options) error {
	p := text.NewPrinter(w, o)
	printVerdict(p, v)
	for i, f := range v.Findings {
		printFinding(p, v, i, f)
	}
	if len(v.Growth) > 0 {
		p.Line("")
		growthTable(v).Text(p)
	}
	if n := len(v.Varies); n > 0 {
		p.Line("")
		p.Paragraph("", "", "Not compared, since it varies by itself or was declared: "+varyingWords(v)+".")
	}
	warnings(v).Text(p)
	return p.Flush()
}

var wordStyles = map[string]text.Style{result.Same: text.Green, result.Different: text.Red, result.Unknown: text.Yellow}

// printVerdict prints the verdict, with the sentences beside it.
func printVerdict(p *text.Printer, v *result.Verification) {
	indent := strings.Repeat(" ", text.Width(word(v))+2)
	first := p.In(text.Bold, p.In(wordStyles[v.Verdict], word(v))) + "  "
	for _, sentence := range v.Headlines() {
		for _, line := range text.Wrap(text.Clean(sentence), min(p.Width, 100)-text.Width(indent)) {
			p.Line(first + line)
			first = indent
		}
	}
	if v.Verdict == result.Different {
		p.Paragraph("", indent, "Tried: "+v.Tried.String()+".")
	}
	if s := partialWords(v); s != "" {
		p.Paragraph(text.Yellow, "  ! ", s)
	}
	for _, reason := range moreReasons(v) {
		p.Paragraph("", "  - ", reason)
	}
}

// printFinding prints a finding: what differs, the sequence, the cause and how to go on.
func printFinding(p *text.Printer, v *result.Verification, i int, f result.Finding) {
	p.Line("")
	p.Paragraph(text.Bold, fmt.Sprintf("%d  ", i+1), f.Kind+": "+v.Title(f))
	printSequence(p, f)
	if f.Place != "" {
		p.Paragraph("", "   ", f.Place)
		width := max(text.Width(sideName(v.Baseline())), text.Width(sideName(f.Candidate)))
		side(p, text.Green, text.Pad(sideName(v.Baseline()), width, true), f.Want)
		side(p, text.Red, text.Pad(sideName(f.Candidate), width, true), gotWords(f))
	}
	p.Paragraph("", "   ", "Cause: "+f.Causes()+".")
	for _, s := range f.Evidence {
		p.Paragraph("", "   - ", s)
	}
	for _, h := range f.LookFor {
		p.Paragraph("", "   ", "Look for, in "+h.Language+": "+h.Text)
	}
	for _, x := range folds(f) {
		p.Paragraph("", "   ", x.Title+": "+strings.Join(x.Lines, ", ")+".")
	}
}

// gotWords returns the candidate's excerpt, or why it gave no answer.
func gotWords(f result.Finding) string {
	if f.Got == "" && f.Answer.Failure != "" {
		return "no answer: " + f.Answer.Failure
	}
	return f.Got
}

func side(p *text.Printer, style text.Style, name, excerpt string) {
	if excerpt == "" {
		excerpt = "(nothing)"
	}
	p.Paragraph(style, "     "+name+"  ", cut(visible(excerpt), 300))
}

func sideName(name string) string { return text.Cut(text.Clean(name), 24) }

// ownValues explains values in a sequence that are not in the user's requests.
const ownValues = "Each visitor sends values of their own, and one in the answer to another visitor is a leak."

// printSequence prints the requests, a line each, with the victim marked.
func printSequence(p *text.Printer, f result.Finding) {
	if len(f.Sequence) == 0 {
		return
	}
	p.Paragraph(text.Dim, "   ", f.Reliability())
	victim := f.VictimAt()
	for i, s := range f.SentSequence() {
		line := fmt.Sprintf("     %d  visitor %d  %s", i+1, s.Visitor, visible(s.Line()))
		if s.Body != "" {
			line += "  " + visible(s.Body)
		}
		mark := ""
		switch {
		case i == victim && len(f.Sequence) > 1:
			mark = "  <- victim"
		case s.Batch != 0:
			mark = "  (at the same time)"
		}
		p.Line(text.Cut(text.Clean(line), p.Width-len(mark)) + p.In(text.Red, mark))
	}
	if f.HasOwnValues() {
		p.Paragraph(text.Dim, "   ", ownValues)
	}
}

// varyingWords names the places that are not compared.
func varyingWords(v *result.Verification) string {
	const most = 6
	var all []string
	for i, x := range v.Varies {
		if i == most {
			all = append(all, fmt.Sprintf("and %d more", len(v.Varies)-most))
			break
		}
		name := text.Cut(visible(x.Place), 60)
		if x.Route != "" {
			name += " of " + text.Cut(visible(x.Route), 30)
		}
		all = append(all, name)
	}
	return strings.Join(all, ", ")
}
