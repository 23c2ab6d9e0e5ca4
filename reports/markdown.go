package reports

import (
	"io"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/reports/internal/facts"
	"github.com/classibench/classibench/reports/internal/markdown"
)

// Markdown writes a summary for GitHub: the verdict, the tables, and links to the plots
// as pictures in the same directory.
func Markdown(w io.Writer, r *result.Result) error {
	m := markdown.New(w)
	verdictMarkdown(m, r)
	if r.Capacity != nil {
		m.Section("Capacity", capacityMethod(r))
		capacityTable(r).Markdown(m)
		for _, g := range gains(r) {
			m.Printf("\n%s\n", markdown.Escape(gainPrint(g)))
		}
	}
	if costed(r) {
		m.Section("Where the time goes", costsMethod(r))
		costsTable(r).Markdown(m)
	}
	if len(r.Limits) > 0 {
		m.Section("Limits", limitsMethod(r))
		limitsTable(r).Markdown(m)
	}
	if replayed(r) {
		m.Section("Replay", replayMethod(r))
		stagesTable(r).Markdown(m)
	}
	if databased(r) {
		m.Section("Database", databaseMethod(r))
		databaseTable(r).Markdown(m)
	}
	for _, f := range Figures(r) {
		m.Printf("\n![%s](%s.png)\n", markdown.Escape(f.Alt), f.Name)
	}
	if replayed(r) {
		m.Section("Routes", "")
		routesTable(r).Markdown(m)
		if t := faultsTable(r); len(t.Groups) > 0 {
			m.Section("Faults", "")
			t.Markdown(m)
		}
	}
	if len(r.Limits) > 0 {
		m.Section("Offered rates", "")
		trialsTable(r).Markdown(m)
	}
	m.Section("How it was measured", "")
	m.Printf("\n")
	facts.Of(r).Markdown(m)
	return m.Flush()
}

func verdictMarkdown(m *markdown.Writer, r *result.Result) {
	lines := sentences(r)
	m.Printf("# %s\n", markdown.Escape(lines[0]))
	for _, sentence := range lines[1:] {
		m.Printf("\n**%s**\n", markdown.Escape(sentence))
	}
	if r.Partial != "" {
		m.Printf("\n**%s**\n", markdown.Escape(partialWords(r)))
	}
	m.List(r.Verdict.Reasons)
	otherWarnings(r).Markdown(m)
}
