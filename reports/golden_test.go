package reports

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares what was drawn with a file.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs (-want +got; go test -update writes it anew):\n%s", path, diff)
	}
}

func written(t *testing.T, draw func(io.Writer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := draw(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestTextGolden(t *testing.T) {
	for name, r := range variants(t) {
		t.Run(name, func(t *testing.T) {
			got := written(t, func(w io.Writer) error { return Text(w, r, TextOptions{}) })
			golden(t, strings.ReplaceAll(name, " ", "-")+".txt", got)
		})
	}
}

// Whatever the width, no line of a table is wider, and none but the longest
// word of a sentence.
func TestTextWidth(t *testing.T) {
	for name, r := range variants(t) {
		for _, width := range []int{60, 80, 100, 132, 200} {
			got := written(t, func(w io.Writer) error { return Text(w, r, TextOptions{Width: width}) })
			for line := range strings.Lines(string(got)) {
				line = strings.TrimSuffix(line, "\n")
				if length(line) > width && len(strings.Fields(line)) > 1 {
					t.Errorf("%s at %d columns: a line of %d: %q", name, width, length(line), line)
				}
			}
		}
	}
}

// Colour changes nothing but colour, and without it no escape reaches a
// terminal, not even one that came in a name.
func TestTextColor(t *testing.T) {
	sequences := strings.NewReplacer(string(bold), "", string(dim), "", string(red), "", string(green), "", string(yellow), "", "\x1b[0m", "")
	for name, r := range variants(t) {
		plain := string(written(t, func(w io.Writer) error { return Text(w, r, TextOptions{}) }))
		coloured := string(written(t, func(w io.Writer) error { return Text(w, r, TextOptions{Color: true}) }))
		if i := strings.IndexFunc(plain, func(c rune) bool { return c < ' ' && c != '\n' }); i >= 0 {
			t.Errorf("%s: a control character at %q", name, plain[max(0, i-20):i+1])
		}
		if !strings.Contains(coloured, string(bold)) {
			t.Errorf("%s: Color made nothing bold", name)
		}
		if got := sequences.Replace(coloured); trimmed(got) != trimmed(plain) {
			t.Errorf("%s: colour changes the text:\n%s", name, cmp.Diff(trimmed(plain), trimmed(got)))
		}
	}
}

// trimmed is a text without blanks at the ends of lines.
func trimmed(s string) string {
	var b strings.Builder
	for line := range strings.Lines(s) {
		b.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
	return b.String()
}

func TestMarkdownGolden(t *testing.T) {
	all := variants(t)
	for _, name := range []string{"whole", "doubtful", "hostile", "nothing", "low rate", "in part", "no bounds"} {
		golden(t, strings.ReplaceAll(name, " ", "-")+".md", written(t, func(w io.Writer) error { return Markdown(w, all[name]) }))
	}
}

// Every row of a table has as many cells as its head.
func TestMarkdownTables(t *testing.T) {
	for name, r := range variants(t) {
		columns := 0
		for line := range strings.Lines(string(written(t, func(w io.Writer) error { return Markdown(w, r) }))) {
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
	r := sample(t)
	r.Capacity.Quads = r.Capacity.Quads[:2]
	golden(t, "bench.txt", written(t, func(w io.Writer) error { return Benchfmt(w, r) }))
}

func TestSVGGolden(t *testing.T) {
	golden(t, "gain.svg", written(t, gainFigure(sample(t)).SVG))
}
