package verify

import (
	"fmt"
	"io"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/reports/internal/markdown"
	"github.com/classibench/classibench/reports/internal/text"
)

// Markdown writes a summary for a CI system's page, such as the file in
// GITHUB_STEP_SUMMARY: the verdict, each finding with its sequence, and the method in a
// folded section.
func Markdown(w io.Writer, v *result.Verification) error {
	m := markdown.New(w)
	m.Printf("## classibench verify: %s\n\n%s\n", word(v), markdown.Escape(v.Headline()))
	if v.Verdict == result.Different {
		m.Printf("\nTried: %s.\n", markdown.Escape(v.Tried.String()))
	}
	if s := partialWords(v); s != "" {
		m.Printf("\n**%s**\n", s)
	}
	m.List(moreReasons(v))
	for i, f := range v.Findings {
		findingMarkdown(m, v, i, f)
	}
	if len(v.Growth) > 0 {
		m.Printf("\n### Growth\n")
		growthTable(v).Markdown(m)
	}
	warnings(v).Markdown(m)
	if len(v.Varies) > 0 {
		m.Printf("\n<details>\n<summary>What varies, and was not compared</summary>\n")
		varyingTable(v).Markdown(m)
		m.Printf("\n</details>\n")
	}
	m.Printf("\n<details>\n<summary>How it was verified</summary>\n\n")
	triedFacts(v).Markdown(m)
	factsOf(v).Markdown(m)
	m.Printf("\n</details>\n")
	return m.Flush()
}

func findingMarkdown(m *markdown.Writer, v *result.Verification, i int, f result.Finding) {
	m.Printf("\n### %d. %s: %s\n", i+1, f.Kind, markdown.Escape(v.Title(f)))
	m.Printf("\n%s\n\n", markdown.Escape(summary(f)))
	victim := f.VictimAt()
	for j, s := range f.SentSequence() {
		m.Printf("%d. visitor %d: %s", j+1, s.Visitor, markdown.CodeSpan(text.Cut(visible(s.Line()), 160)))
		if s.Body != "" {
			m.Printf(" with %s", markdown.CodeSpan(text.Cut(visible(s.Body), 160)))
		}
		switch {
		case j == victim && len(f.Sequence) > 1:
			m.Printf(" (the victim)")
		case s.Batch != 0:
			m.Printf(" (at the same time)")
		}
		m.Printf("\n")
	}
	for _, line := range findingLines(v, f) {
		m.Printf("- %s\n", line)
	}
}

// findingLines are the place, both values, the cause and the hints, as Markdown.
func findingLines(v *result.Verification, f result.Finding) (lines []string) {
	add := func(term, text string) { lines = append(lines, fmt.Sprintf("**%s**: %s", markdown.Escape(term), text)) }
	if f.Place != "" {
		add("Place", markdown.Escape(visible(f.Place)))
		add(v.Baseline(), excerptMarkdown(f.Want))
		add(f.Candidate, excerptMarkdown(gotWords(f)))
	}
	add("Cause", markdown.Escape(cut(f.Causes(), 300)))
	for _, s := range f.Evidence {
		lines = append(lines, markdown.Escape(s))
	}
	for _, h := range f.LookFor {
		add("Look for, in "+h.Language, markdown.Escape(h.Text))
	}
	return lines
}

func excerptMarkdown(s string) string {
	if s == "" {
		return "nothing"
	}
	return markdown.CodeSpan(text.Cut(visible(s), 200))
}
