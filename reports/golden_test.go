package reports

import (
	"io"
	"strings"
	"testing"

	"github.com/classibench/classibench/reports/internal/reporttest"
	"github.com/classibench/classibench/reports/internal/text"
	"github.com/google/go-cmp/cmp"
)

func TestTextGolden(t *testing.T) {
	for name, r := range reporttest.Variants(t) {
		t.Run(name, func(t *testing.T) {
			got := reporttest.Written(t, func(w io.Writer) error { return Text(w, r, text.Options{}) })
			reporttest.Golden(t, strings.ReplaceAll(name, " ", "-")+".txt", got)
		})
	}
}

// Whatever the width, no line of a table is wider, and none but the longest
// word of a sentence.
func TestTextWidth(t *testing.T) {
	for name, r := range reporttest.Variants(t) {
		for _, width := range []int{60, 80, 100, 132, 200} {
			got := reporttest.Written(t, func(w io.Writer) error { return Text(w, r, text.Options{Width: width}) })
			for line := range strings.Lines(string(got)) {
				line = strings.TrimSuffix(line, "\n")
				if text.Width(line) > width && len(strings.Fields(line)) > 1 {
					t.Errorf("%s at %d columns: a line of %d: %q", name, width, text.Width(line), line)
				}
			}
		}
	}
}

// Colour changes nothing but colour, and without it no escape reaches a
// terminal, not even one that came in a name.
func TestTextColor(t *testing.T) {
	sequences := strings.NewReplacer(string(text.Bold), "", string(text.Dim), "", string(text.Red), "", string(text.Green), "", string(text.Yellow), "", "\x1b[0m", "")
	for name, r := range reporttest.Variants(t) {
		plain := string(reporttest.Written(t, func(w io.Writer) error { return Text(w, r, text.Options{}) }))
		coloured := string(reporttest.Written(t, func(w io.Writer) error { return Text(w, r, text.Options{Color: true}) }))
		if i := strings.IndexFunc(plain, func(c rune) bool { return c < ' ' && c != '\n' }); i >= 0 {
			t.Errorf("%s: a control character at %q", name, plain[max(0, i-20):i+1])
		}
		if !strings.Contains(coloured, string(text.Bold)) {
			t.Errorf("%s: Color made nothing bold", name)
		}
		if got := sequences.Replace(coloured); reporttest.Trimmed(got) != reporttest.Trimmed(plain) {
			t.Errorf("%s: colour changes the text:\n%s", name, cmp.Diff(reporttest.Trimmed(plain), reporttest.Trimmed(got)))
		}
	}
}

func TestMarkdownGolden(t *testing.T) {
	all := reporttest.Variants(t)
	for _, name := range []string{"whole", "doubtful", "hostile", "nothing", "low rate", "in part", "no bounds", "costs", "few costs", "everything", "limits", "limits only"} {
		reporttest.Golden(t, strings.ReplaceAll(name, " ", "-")+".md", reporttest.Written(t, func(w io.Writer) error { return Markdown(w, all[name]) }))
	}
}

// Every row of a table has as many cells as its head.
func TestMarkdownTables(t *testing.T) {
	for name, r := range reporttest.Variants(t) {
		columns := 0
		for line := range strings.Lines(string(reporttest.Written(t, func(w io.Writer) error { return Markdown(w, r) }))) {
			if !strings.HasPrefix(line, "|") {
				columns = 0
				continue
			}
			n := strings.Count(strings.ReplaceAll(line, `\|`, ""), "|")
			if columns > 0 && n != columns {
				t.Errorf("%s: a row of %d cells below one of %d: %s", name, n-1, columns-1, line)
			}
			columns = n
		}
	}
}

func TestBenchfmtGolden(t *testing.T) {
	r := reporttest.Sample(t)
	r.Capacity.Quads = r.Capacity.Quads[:2]
	reporttest.Golden(t, "bench.txt", reporttest.Written(t, func(w io.Writer) error { return Benchfmt(w, r) }))
}

func TestSVGGolden(t *testing.T) {
	reporttest.Golden(t, "gain.svg", reporttest.Written(t, gainFigure(reporttest.Sample(t)).SVG))
}
