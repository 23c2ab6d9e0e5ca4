package reports

import (
	"io"
	"strings"

	"github.com/classibench/classibench/bench/result"
)

// GateText writes what a gate came to: a word and a sentence, the checks, and
// what they have to be read with, no line wider than asked for.
func GateText(w io.Writer, r *result.Result, o TextOptions) error {
	p := newPrinter(w, o)
	p.gateVerdict(r)
	p.compared(r)
	if len(r.Gate.Checks) > 0 {
		p.line("")
		p.table(checksTable(r))
	}
	p.line("")
	if mde := mdeSentence(r.Gate); mde != "" {
		p.paragraph("", "", mde)
	}
	p.paragraph("", "", effort(r))
	p.notes(gateDoubts(r))
	return p.w.Flush()
}

var wordAnsi = map[string]ansi{"PASS": green, "FAIL": red, "INCONCLUSIVE": yellow, "INVALID": red}

// gateVerdict prints the word and, beside it, the sentence.
func (p *printer) gateVerdict(r *result.Result) {
	word := gateWord(r)
	indent := strings.Repeat(" ", length(word)+2)
	for i, line := range wrap(clean(r.Verdict.Sentence), min(p.width, 100)-length(indent)) {
		if i == 0 {
			p.line(p.in(bold, p.in(wordAnsi[word], word)) + "  " + line)
		} else {
			p.line(indent + line)
		}
	}
	if r.Partial != "" {
		p.paragraph(yellow, "  ! ", "Partial: the run ended early. "+r.Partial)
	}
	for _, reason := range gateReasons(r) {
		p.paragraph("", "  - ", reason)
	}
}

func (p *printer) compared(r *result.Result) {
	if base, head := sides(r); base != head {
		p.line("")
		p.paragraph("", "base  ", base)
		p.paragraph("", "head  ", head)
	}
}
