package reports

import (
	"bufio"
	"io"
	"strings"

	"github.com/classibench/classibench/bench/result"
)

// GateMarkdown writes a gate's summary for a CI system's page, such as the file
// that GITHUB_STEP_SUMMARY names: the verdict, the checks, and, folded away, how
// it was measured.
func GateMarkdown(w io.Writer, r *result.Result) error {
	b := bufio.NewWriter(w)
	m := &markdown{b}
	m.printf("## classibench gate: %s\n\n%s\n", gateWord(r), escaped(r.Verdict.Sentence))
	if r.Partial != "" {
		m.printf("\n**Partial: the run ended early.** %s\n", escaped(r.Partial))
	}
	if base, head := sides(r); base != head {
		m.printf("\nJudged: %s. Compared with: %s.\n", escaped(head), escaped(base))
	}
	m.list(gateReasons(r))
	if len(r.Gate.Checks) > 0 {
		m.table(checksTable(r))
	}
	m.printf("\n%s\n", escaped(strings.TrimSpace(mdeSentence(r.Gate)+" "+effort(r))))
	m.notes(gateDoubts(r))
	m.printf("\n<details>\n<summary>How it was measured</summary>\n\n")
	for _, f := range gateFacts(r) {
		m.fact(f)
	}
	m.printf("\n</details>\n")
	return b.Flush()
}

func (m *markdown) list(items []string) {
	if len(items) > 0 {
		m.printf("\n")
	}
	for _, s := range items {
		m.printf("- %s\n", escaped(s))
	}
}

func (m *markdown) fact(f fact) {
	m.printf("- **%s**", escaped(f.Term))
	if f.Text != "" {
		m.printf(": %s", escaped(f.Text))
	}
	if f.Code != "" {
		m.printf(": %s", codeSpan(f.Code))
	}
	m.printf("\n")
}
