package verify

import (
	"bytes"
	"encoding/json"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/reports/internal/files"
	"github.com/classibench/classibench/reports/internal/reporttest"
	"github.com/classibench/classibench/reports/internal/text"
	"github.com/google/go-cmp/cmp"
)

// forms are all ways to show a verification.
var forms = map[string]func(io.Writer, *result.Verification) error{
	"txt":         func(w io.Writer, v *result.Verification) error { return Text(w, v, text.Options{}) },
	"xml":         JUnit,
	"annotations": Annotations,
	"md":          Markdown,
	"html":        HTML,
}

func drawnAs(t *testing.T, form string, v *result.Verification) string {
	t.Helper()
	return string(reporttest.Written(t, func(w io.Writer) error { return forms[form](w, v) }))
}

func TestGolden(t *testing.T) {
	for name, v := range samples() {
		for _, form := range []string{"txt", "md", "xml", "annotations"} {
			if form == "txt" || slices.Contains([]string{"different", "hostile", "unknown"}, name) {
				reporttest.Golden(t, name+"."+form, []byte(drawnAs(t, form, v)))
			}
		}
	}
}

func TestTextWidth(t *testing.T) {
	for name, v := range samples() {
		for _, width := range []int{60, 80, 132} {
			out := string(reporttest.Written(t, func(w io.Writer) error { return Text(w, v, text.Options{Width: width}) }))
			for line := range strings.Lines(out) {
				line = strings.TrimSuffix(line, "\n")
				if text.Width(line) > width && strings.Contains(strings.TrimSpace(line), " ") && name != "hostile" {
					t.Errorf("%s at %d columns: a line of %d: %q", name, width, text.Width(line), line)
				}
			}
		}
	}
}

// The word comes first, and without color no escape reaches a terminal.
func TestTextBeginsWithTheVerdict(t *testing.T) {
	for name, v := range samples() {
		plain := drawnAs(t, "txt", v)
		if !strings.HasPrefix(plain, strings.ToUpper(v.Verdict)+"  ") {
			t.Errorf("%s begins with %.40q", name, plain)
		}
		if i := strings.IndexFunc(plain, func(c rune) bool { return c < ' ' && c != '\n' }); i >= 0 {
			t.Errorf("%s: a control character at %q", name, plain[max(0, i-20):i+1])
		}
		colored := string(reporttest.Written(t, func(w io.Writer) error { return Text(w, v, text.Options{Color: true}) }))
		if got := regexp.MustCompile("\x1b\\[[0-9]+m").ReplaceAllString(colored, ""); reporttest.Trimmed(got) != reporttest.Trimmed(plain) {
			t.Errorf("%s: color changes the text:\n%s", name, cmp.Diff(reporttest.Trimmed(plain), reporttest.Trimmed(got)))
		}
	}
}

// Each form names each finding, and how much was tried.
func TestEachFormTellsWhatWasFoundAndTried(t *testing.T) {
	for _, form := range []string{"txt", "md", "html", "xml"} {
		out := strings.Join(strings.Fields(drawnAs(t, form, samples()["different"])), " ")
		for _, want := range []string{"1,284 requests in 96 sequences", "shows a value of another visitor", "/search?q=boats", "/old", "1.24 MB", "session globals leak", "services that keep a user"} {
			if !strings.Contains(out, want) {
				t.Errorf("no %q in the %s", want, form)
			}
		}
	}
}

// A page with texts from outside has no element but its own.
func TestPageEscapes(t *testing.T) {
	out := drawnAs(t, "html", samples()["hostile"])
	if strings.Contains(out, "<script") || strings.Contains(out, "\x1b") || strings.Contains(out, "\u202e") || strings.Contains(out, "\x00") {
		t.Error("a text from outside is on the page as it is")
	}
}

// A phone and a reader of the page's source see the difference marked, without blanks added.
func TestPageMarksTheDifference(t *testing.T) {
	out := drawnAs(t, "html", samples()["leak"])
	for _, want := range []string{`&lt;p class=&#34;key&#34;&gt;<del>Please</del>`, `<ins>Your</ins>`, "The red line leads"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %s in the page", want)
		}
	}
	if strings.Contains(out, "Date:") {
		t.Error("the page compares the field Date")
	}
}

func TestWriteDir(t *testing.T) {
	for name, v := range samples() {
		dir := filepath.Join(t.TempDir(), "a[b]", "c")
		if err := WriteDir(dir, v, saved(v)); err != nil {
			t.Fatal(err)
		}
		want := []string{files.JUnit, files.Summary, result.VerificationFile, files.VerifyPage}
		for i := range saved(v) {
			want = append(want, FindingName(i), ScriptName(i))
		}
		slices.Sort(want)
		if got := reporttest.Files(t, dir); !slices.Equal(got, want) {
			t.Errorf("%s: wrote %q, want %q", name, got, want)
		}
		if name == "hostile" {
			continue // JSON has no room for text that is none
		}
		again, err := result.ReadVerification(dir)
		if err != nil {
			t.Fatal(err)
		}
		for form := range forms {
			if diff := cmp.Diff(drawnAs(t, form, v), drawnAs(t, form, again)); diff != "" {
				t.Errorf("%s: the %s differs when it is drawn again (-first +again):\n%s", name, form, diff)
			}
		}
		for i := range saved(v) {
			if _, err := result.ReadFinding(filepath.Join(dir, FindingName(i))); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// A verification without findings leaves none of an earlier one.
func TestWriteDirReplacesFormerFindings(t *testing.T) {
	dir, all := t.TempDir(), samples()
	if err := WriteDir(dir, all["different"], saved(all["different"])); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "finding-of-mine.json"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := WriteDir(dir, all["same"], nil); err != nil {
		t.Fatal(err)
	}
	want := []string{"finding-of-mine.json", files.JUnit, files.Summary, result.VerificationFile, files.VerifyPage}
	if got := reporttest.Files(t, dir); !slices.Equal(got, want) {
		t.Errorf("the directory holds %q, want %q", got, want)
	}
	if err := WriteFailure(dir, Failure(os.ErrDeadlineExceeded)); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(filepath.Join(dir, files.JUnit)); err != nil || !bytes.Contains(b, []byte(`errors="1"`)) {
		t.Errorf("the report of a failure: %s (%v)", b, err)
	}
}

func TestWriteDirErrors(t *testing.T) {
	v := verification("starman")
	v.Seconds = math.NaN()
	dir := t.TempDir()
	if err := WriteDir(dir, v, nil); err == nil || !strings.Contains(err.Error(), filepath.Join(dir, result.VerificationFile)) {
		t.Errorf("a value that JSON cannot write: %v, want an error that names the file", err)
	}
	if err := WriteDir(filepath.Join(dir, "x", "\x00"), samples()["same"], nil); err == nil {
		t.Error("an impossible directory is no error")
	}
}

func TestFileNames(t *testing.T) {
	if got := []string{FindingName(0), FindingName(1), ScriptName(0), ScriptName(9)}; !slices.Equal(got, []string{"finding.json", "finding-2.json", "finding.sh", "finding-10.sh"}) {
		t.Errorf("got %q", got)
	}
}

// saved are the findings of a verification that have a sequence.
func saved(v *result.Verification) (all []result.SavedFinding) {
	for _, f := range v.Findings {
		if len(f.Sequence) > 0 {
			all = append(all, savedFinding(f))
		}
	}
	return all
}

func savedFinding(f result.Finding) result.SavedFinding {
	return result.SavedFinding{
		Schema: result.Schema, Found: "2026-03-14T09:26:53Z", Directory: "/srv/ads", Scenario: "name: ads\n", Finding: f,
		Baseline:  result.Launch{Name: "ads.pl", Kind: "cgi", Env: []string{"DB=ads.db"}, Reset: []string{"cp", "seed.db", "ads.db"}, Commands: [][]string{{"{classibench}", "serve", "cgi", "--listen", "{addr}", "./ads.pl"}}},
		Candidate: result.Launch{Name: "starman", Kind: "server", Commands: [][]string{{"starman", "--listen", "{addr}", "ads.psgi"}}},
	}
}

// The format is a contract with other tools.
func TestKeysOfTheResult(t *testing.T) {
	var b bytes.Buffer
	if err := result.JSON(&b, samples()["leak"]); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Verdict  string
		Tried    map[string]int
		Findings []map[string]any
	}
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"requests", "ordered_pairs", "sequences", "visitors", "restarts"} {
		if _, ok := got.Tried[key]; !ok {
			t.Errorf("tried has no %q", key)
		}
	}
	for _, key := range []string{"kind", "hazard", "canary", "length", "rate", "sequence", "victim"} {
		if _, ok := got.Findings[0][key]; !ok {
			t.Errorf("a finding has no %q", key)
		}
	}
}
