package gate

import (
	"io"
	"strings"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/reports/internal/markdown"
)

// Markdown writes a gate's summary for a CI system's page, such as the file in
// GITHUB_STEP_SUMMARY: the verdict, the checks, and the method in a folded section.
func Markdown(w io.Writer, r *result.Result) error {
	m := markdown.New(w)
	m.Printf("## classibench gate: %s\n\n%s\n", word(r), markdown.Escape(r.Verdict.Sentence))
	if r.Partial != "" {
		m.Printf("\n**Partial: the run ended early.** %s\n", markdown.Escape(r.Partial))
	}
	if base, head := sides(r); base != head {
		m.Printf("\nJudged: %s. Compared with: %s.\n", markdown.Escape(head), markdown.Escape(base))
	}
	m.List(reasons(r))
	if len(r.Gate.Checks) > 0 {
		checksTable(r).Markdown(m)
	}
	m.Printf("\n%s\n", markdown.Escape(strings.TrimSpace(mdeSentence(r.Gate)+" "+effort(r))))
	warnings(r).Markdown(m)
	m.Printf("\n<details>\n<summary>How it was measured</summary>\n\n")
	factsOf(r).Markdown(m)
	m.Printf("\n</details>\n")
	return m.Flush()
}
