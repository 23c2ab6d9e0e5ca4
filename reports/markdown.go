package reports

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/classibench/classibench/bench/result"
)

// Markdown writes a summary for GitHub: the verdict, the tables, and the plots
// as pictures that lie beside it.
func Markdown(w io.Writer, r *result.Result) error {
	b := bufio.NewWriter(w)
	m := &markdown{b}
	m.verdict(r)
	if r.Capacity != nil {
		m.section("Capacity", capacityMethod(r))
		m.table(capacityTable(r))
		for _, g := range gains(r) {
			m.printf("\n%s\n", escaped(gainPrint(g)))
		}
	}
	if replayed(r) {
		m.section("Replay", replayMethod(r))
		m.table(stagesTable(r))
	}
	for _, f := range figures(r) {
		m.printf("\n![%s](%s.png)\n", escaped(f.Alt), f.Name)
	}
	if replayed(r) {
		m.section("Routes", "")
		m.table(routesTable(r))
		if t := faultsTable(r); len(t.Groups) > 0 {
			m.section("Faults", "")
			m.table(t)
		}
	}
	m.section("How it was measured", "")
	m.facts(r)
	return b.Flush()
}

type markdown struct{ w *bufio.Writer }

func (m *markdown) printf(format string, args ...any) { fmt.Fprintf(m.w, format, args...) } // Flush returns the error

func (m *markdown) verdict(r *result.Result) {
	lines := sentences(r)
	m.printf("# %s\n", escaped(lines[0]))
	for _, sentence := range lines[1:] {
		m.printf("\n**%s**\n", escaped(sentence))
	}
	if r.Partial != "" {
		m.printf("\n**%s**\n", escaped(partialWords(r)))
	}
	m.list(r.Verdict.Reasons)
	m.notes(otherDoubts(r))
}

func (m *markdown) section(head, text string) {
	m.printf("\n## %s\n", head)
	if text != "" {
		m.printf("\n%s\n", escaped(text))
	}
}

// table writes a table; the head of a group stands in its first row alone.
func (m *markdown) table(t table) {
	grouped := len(t.Groups) > 0 && t.Groups[0].Head != ""
	heads, rule := []string{""}, []string{":--"}
	if grouped {
		heads, rule = []string{"", ""}, []string{":--", ":--"}
	}
	for _, c := range t.Columns {
		heads = append(heads, c.label())
		rule = append(rule, map[bool]string{true: ":--", false: "--:"}[c.Left])
	}
	m.printf("\n")
	m.row(heads)
	m.printf("|%s|\n", strings.Join(rule, "|"))
	for _, g := range t.Groups {
		for i, row := range g.Rows {
			var cells []string
			if grouped {
				cells = append(cells, map[bool]string{true: g.Head}[i == 0])
			}
			m.row(append(cells, row.markdown()...))
		}
	}
	m.notes(t.Notes)
}

// markdown is the row's cells, its head first.
func (r row) markdown() []string {
	head := r.Head
	for _, n := range r.Marks {
		head += fmt.Sprintf(" (%d)", n)
	}
	cells := []string{head}
	for _, c := range r.Cells {
		cells = append(cells, c.String())
	}
	return cells
}

func (m *markdown) row(cells []string) {
	for _, c := range cells {
		m.printf("| %s ", escaped(c))
	}
	m.printf("|\n")
}

func (m *markdown) notes(notes []note) {
	if len(notes) > 0 {
		m.printf("\n")
	}
	for i, n := range notes {
		m.printf("%d. %s\n", i+1, escaped(n.Text))
	}
}

func (m *markdown) facts(r *result.Result) {
	m.printf("\n")
	for _, f := range facts(r) {
		m.fact(f)
	}
}

// escaped takes a text's characters for themselves.
func escaped(s string) string {
	var b strings.Builder
	for _, c := range clean(s) {
		if strings.ContainsRune("\\`*_{}[]<>#|~&!", c) {
			b.WriteByte('\\')
		}
		b.WriteRune(c)
	}
	return b.String()
}

// codeSpan quotes a text that may hold backticks (CommonMark §6.1).
func codeSpan(s string) string {
	s = clean(s)
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	if fence != "`" {
		s = " " + s + " "
	}
	return fence + s + fence
}
