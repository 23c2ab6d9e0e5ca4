package reports

import (
	"io"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/unit"
	"github.com/classibench/classibench/reports/internal/text"
)

// TextOptions are what the terminal can show. The zero value suits a pipe.
type TextOptions = text.Options

// Text writes the verdict, its reasons and the tables of throughput, costs and stages,
// in lines of at most the width of the options.
func Text(w io.Writer, r *result.Result, o TextOptions) error {
	p := text.NewPrinter(w, o)
	printVerdict(p, r)
	if r.Capacity != nil {
		p.Section("Capacity", capacityMethod(r))
		capacityTable(r).Text(p)
	}
	if costed(r) {
		p.Section("Where the time goes", costsMethod(r))
		costsTable(r).Text(p)
	}
	if len(r.Limits) > 0 {
		p.Section("Limits", limitsMethod(r))
		limitsTable(r).Text(p)
	}
	if replayed(r) {
		p.Section("Replay", replayMethod(r))
		stagesTable(r).Text(p)
		printFaults(p, r)
	}
	if databased(r) {
		p.Section("Database", databaseMethod(r))
		databaseTable(r).Text(p)
	}
	return p.Flush()
}

func printVerdict(p *text.Printer, r *result.Result) {
	for _, sentence := range sentences(r) {
		p.Paragraph(text.Bold, "", sentence)
	}
	if r.Partial != "" {
		p.Paragraph(text.Yellow, "  ! ", partialWords(r))
	}
	for _, reason := range r.Verdict.Reasons {
		p.Paragraph("", "  - ", reason)
	}
	otherWarnings(r).Text(p)
}

func printFaults(p *text.Printer, r *result.Result) {
	for _, t := range r.Replay.Trials {
		for _, f := range faults(t.Faults) {
			p.Paragraph("", "  - ", t.Target+": "+unit.Whole(f.Count)+" × "+f.kind+example(f.Example))
		}
	}
}

func example(s string) string {
	if s == "" {
		return ""
	}
	return ", for example: " + s
}
