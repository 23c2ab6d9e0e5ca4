package gate

import (
	"bytes"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/reports"
	"github.com/classibench/classibench/reports/internal/files"
	"github.com/classibench/classibench/reports/internal/reporttest"
	"github.com/classibench/classibench/reports/internal/text"
	"github.com/google/go-cmp/cmp"
)

func gateText(t *testing.T, r *result.Result, o text.Options) string {
	t.Helper()
	return string(reporttest.Written(t, func(w io.Writer) error { return Text(w, r, o) }))
}

func TestGateTextGolden(t *testing.T) {
	for name, r := range gateSamples() {
		t.Run(name, func(t *testing.T) { reporttest.Golden(t, ""+name+".txt", []byte(gateText(t, r, text.Options{}))) })
	}
}

func TestGateTextWidth(t *testing.T) {
	for name, r := range gateSamples() {
		for _, width := range []int{72, 80, 132} {
			for line := range strings.Lines(gateText(t, r, text.Options{Width: width})) {
				line = strings.TrimSuffix(line, "\n")
				if text.Width(line) > width {
					t.Errorf("%s at %d columns: a line of %d: %q", name, width, text.Width(line), line)
				}
			}
		}
	}
}

// The word comes first, so that a log can be searched for it, regardless of the color it has;
// without colour no escape reaches a terminal.
func TestGateTextBeginsWithTheOutcome(t *testing.T) {
	words := map[string]string{"fail": "FAIL", "hostile": "FAIL", "objective": "FAIL", "inconclusive": "INCONCLUSIVE", "partial": "INCONCLUSIVE", "nothing": "INCONCLUSIVE", "invalid": "INVALID"}
	for name, r := range gateSamples() {
		want, known := words[name]
		if !known {
			want = "PASS"
		}
		plainly, coloured := gateText(t, r, text.Options{}), gateText(t, r, text.Options{Color: true})
		if got, _, _ := strings.Cut(plainly, " "); got != want {
			t.Errorf("%s: the first word is %q, want %q", name, got, want)
		}
		if i := strings.IndexFunc(plainly, func(c rune) bool { return c < ' ' && c != '\n' }); i >= 0 {
			t.Errorf("%s: a control character at %q", name, plainly[max(0, i-20):i+1])
		}
		if !strings.HasPrefix(coloured, string(text.Bold)) {
			t.Errorf("%s: Color gave %q no colour", name, want)
		}
		plain := regexp.MustCompile("\x1b\\[[0-9]+m").ReplaceAllString(coloured, "")
		if reporttest.Trimmed(plain) != reporttest.Trimmed(plainly) {
			t.Errorf("%s: colour changes the text:\n%s", name, cmp.Diff(reporttest.Trimmed(plainly), reporttest.Trimmed(plain)))
		}
	}
}

// The report of every outcome has the minimum detectable effect.
func TestGateTellsTheMinimumDetectableEffect(t *testing.T) {
	for name, r := range gateSamples() {
		for form, text := range map[string]string{
			"text":     gateText(t, r, text.Options{}),
			"Markdown": string(reporttest.Written(t, func(w io.Writer) error { return Markdown(w, r) })),
			"HTML":     string(reporttest.Written(t, func(w io.Writer) error { return HTML(w, r) })),
		} {
			if !strings.Contains(text, "Minimum detectable effect") {
				t.Errorf("%s: no minimum detectable effect in the %s", name, form)
			}
		}
	}
}

func TestGateMarkdownGolden(t *testing.T) {
	all := gateSamples()
	for _, name := range []string{"pass", "fail", "inconclusive", "partial", "no-routes", "gain-only", "advisory", "hostile"} {
		reporttest.Golden(t, ""+name+".md", reporttest.Written(t, func(w io.Writer) error { return Markdown(w, all[name]) }))
	}
}

// Names are taken for themselves: no tag but ours, no cell but ours.
func TestGateMarkdownEscapes(t *testing.T) {
	tags := regexp.MustCompile(`(?:^|[^\\])(<[^ >]*>?)`)
	code := regexp.MustCompile("`[^`]*`")
	for name, r := range gateSamples() {
		text := string(reporttest.Written(t, func(w io.Writer) error { return Markdown(w, r) }))
		var found []string
		for _, m := range tags.FindAllStringSubmatch(code.ReplaceAllString(text, ""), -1) {
			found = append(found, m[1])
		}
		if want := []string{"<details>", "<summary>", "</summary>", "</details>"}; !slices.Equal(found, want) {
			t.Errorf("%s: tags %q, want %q", name, found, want)
		}
		columns := 0
		for line := range strings.Lines(text) {
			n := strings.Count(strings.ReplaceAll(line, `\|`, ""), "|")
			if strings.HasPrefix(line, "|") && columns > 0 && n != columns {
				t.Errorf("%s: a row of %d cells below one of %d: %s", name, n-1, columns-1, line)
			}
			if columns = n; !strings.HasPrefix(line, "|") {
				columns = 0
			}
		}
	}
}

func TestWriteGateDir(t *testing.T) {
	for name, r := range gateSamples() {
		dir := filepath.Join(t.TempDir(), "a", "b")
		if err := WriteDir(dir, r, Options{}); err != nil {
			t.Fatal(err)
		}
		want := []string{files.Benchfmt, files.GatePage, files.JUnit, result.ResultFile, files.Summary}
		if got := reporttest.Files(t, dir); !slices.Equal(got, want) {
			t.Errorf("%s: wrote %q, want %q", name, got, want)
		}
		again, err := result.Read(dir)
		if err != nil {
			t.Fatal(err)
		}
		if name == "hostile" {
			continue // JSON has no room for text that is none
		}
		for form, draw := range gateForms {
			if diff := cmp.Diff(drawnBy(t, draw, r), drawnBy(t, draw, again)); diff != "" {
				t.Errorf("%s: %s differs when drawn from what was read (-first +again):\n%s", name, form, diff)
			}
		}
	}
}

// gateForms are all ways to show a gate.
var gateForms = map[string]func(io.Writer, *result.Result) error{
	"text":        func(w io.Writer, r *result.Result) error { return Text(w, r, text.Options{}) },
	"JUnit":       func(w io.Writer, r *result.Result) error { return JUnit(w, r, Options{}) },
	"annotations": func(w io.Writer, r *result.Result) error { return Annotations(w, r, Options{}) },
	"Markdown":    Markdown,
	"benchfmt":    reports.Benchfmt,
	"HTML":        HTML,
}

func drawnBy(t *testing.T, draw func(io.Writer, *result.Result) error, r *result.Result) string {
	t.Helper()
	return string(reporttest.Written(t, func(w io.Writer) error { return draw(w, r) }))
}

// The files of an earlier run, of any kind, must not remain beside those of this run.
func TestWriteGateDirReplacesFormerReports(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{files.JUnit, files.GatePage, files.Page, files.Summary, files.Benchfmt, "gain.svg", "gain.png", "mine.txt"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("stale"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := WriteDir(dir, gateSample(1.004, 2), Options{}); err != nil {
		t.Fatal(err)
	}
	want := []string{files.Benchfmt, files.GatePage, files.JUnit, "mine.txt", result.ResultFile, files.Summary}
	if got := reporttest.Files(t, dir); !slices.Equal(got, want) {
		t.Errorf("the directory holds %q, want %q", got, want)
	}
	if b, err := os.ReadFile(filepath.Join(dir, files.JUnit)); err != nil || string(b) == "stale" {
		t.Errorf("%s was not replaced (%v)", files.JUnit, err)
	}
}

func TestWriteGateDirErrors(t *testing.T) {
	dir := t.TempDir()
	r := gateSample(1.004, 2)
	r.Seconds = math.NaN()
	if err := WriteDir(dir, r, Options{}); err == nil || !strings.Contains(err.Error(), filepath.Join(dir, result.ResultFile)) {
		t.Errorf("WriteGateDir of what JSON cannot write: %v, want an error that names the file", err)
	}
	if got := reporttest.Files(t, dir); len(got) > 0 {
		t.Errorf("a failed WriteGateDir left %q", got)
	}
	r = gateSample(1.004, 2)
	if err := os.Mkdir(filepath.Join(dir, files.Summary), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, files.Summary, "x"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := WriteDir(dir, r, Options{}); err == nil {
		t.Errorf("WriteGateDir over a directory %s: no error", files.Summary)
	}
	if _, err := result.Read(dir); err != nil {
		t.Errorf("the result was not saved before what failed: %v", err)
	}
}

// FuzzGate checks that every readable result can be shown in every form.
func FuzzGate(f *testing.F) {
	// Small seeds: go test spends its time on minimising large ones.
	for _, gate := range []string{
		`{"quads":1,"looks":2,"alpha":0.05,"max_loss":0.05,"sessions":[{"quads":[{"blocks":[{"target":"a","hits":9,"seconds":1}],"d":-0.1}],"routes":[{"route":"x","quads":[{"d":0.1}]}]}],"checks":[{"name":"throughput","outcome":"fail","ratio":0.9,"low":0.8,"high":0.95,"level":0.9,"p":0.01,"mde":0.03,"look":1,"reason":"lost"},{"name":"route","route":"x","outcome":"inconclusive"}],"outcome":"fail"}`,
		`{"min_gain":4,"advisory":true,"differing":["cpu"],"baseline":{"path":"r.json","gain":{"ratio":5}},"checks":[{"name":"gain","outcome":"pass","ratio":4},{"name":"baseline","outcome":"fail","reason":"less"},{"name":"objective","outcome":"inconclusive"}]}`,
		`{"looks":1,"quads":1,"alpha":0.4,"max_loss":0.9,"spent":true,"sessions":[{"quads":[{"d":709},{"d":-709},{"d":1e308}]}],"checks":[{"name":"baseline","ratio":1e308,"low":1e-308,"high":-1,"level":7,"p":-1,"mde":-1e300}]}`,
	} {
		f.Add([]byte(`{"schema":1,"targets":[{"name":"a"},{"name":"b"}],"verdict":{"valid":true},"gate":` + gate + `}`))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := result.Decode(b)
		if err != nil || r.Gate == nil {
			return
		}
		for _, form := range slices.Sorted(maps.Keys(gateForms)) {
			var out bytes.Buffer
			if err := gateForms[form](&out, r); err != nil {
				t.Errorf("%s: %v", form, err)
			}
			switch form {
			case "JUnit":
				checkJUnit(t, out.Bytes())
			case "annotations":
				checkAnnotations(t, out.String())
			}
		}
	})
}
