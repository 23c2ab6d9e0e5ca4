package verify

import (
	"bytes"
	"encoding/json"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/classibench/classibench/bench/result"
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

// A growth has many requests and no answer: a diagram of one request would show a status 0.
func TestAGrowthHasNoDiagram(t *testing.T) {
	page := drawnAs(t, "html", with(verification("starman"), growth()))
	if strings.Contains(page, "<h3>Sequence</h3>") || !strings.Contains(page, "<h3>Requests, sent in turn</h3>") {
		t.Error("the page of a growth has a sequence diagram, or does not list its requests")
	}
}
