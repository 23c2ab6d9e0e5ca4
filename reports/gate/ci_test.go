package gate

import (
	"encoding/xml"
	"errors"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/reports"
	"github.com/classibench/classibench/reports/internal/files"
	"github.com/classibench/classibench/reports/internal/reporttest"
	"golang.org/x/perf/benchfmt"
)

// An element is XML as its readers parse it.
type element struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Text     string     `xml:",chardata"`
	Children []element  `xml:",any"`
}

func (e element) attr(name string) string {
	for _, a := range e.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (e element) all(name string) []element {
	var found []element
	for _, c := range e.Children {
		if c.XMLName.Local == name {
			found = append(found, c)
		}
		found = append(found, c.all(name)...)
	}
	return found
}

func junit(t *testing.T, r *result.Result, o Options) element {
	t.Helper()
	return checkJUnit(t, reporttest.Written(t, func(w io.Writer) error { return JUnit(w, r, o) }))
}

// checkJUnit reads a report and checks that its counts are those of its cases,
// that no two cases share a name that readers keep apart, and that times are
// times.
func checkJUnit(t *testing.T, b []byte) element {
	t.Helper()
	var root element
	d := xml.NewDecoder(strings.NewReader(string(b)))
	if err := d.Decode(&root); err != nil {
		t.Fatalf("JUnit cannot be read: %v\n%s", err, b)
	}
	if _, err := d.Token(); err != nil && !errors.Is(err, io.EOF) {
		if _, err = d.Token(); !errors.Is(err, io.EOF) {
			t.Errorf("something follows the JUnit report: %v", err)
		}
	}
	if root.XMLName.Local != "testsuites" || len(root.Children) != 1 || root.Children[0].XMLName.Local != "testsuite" {
		t.Fatalf("not a testsuite in testsuites: %s", b)
	}
	for _, e := range []element{root, root.Children[0]} {
		for attr, name := range map[string]string{"tests": "testcase", "failures": "failure", "errors": "error", "skipped": "skipped"} {
			if got, want := e.attr(attr), strconv.Itoa(len(root.all(name))); got != want {
				t.Errorf("%s says %s=%q, and there are %s", e.XMLName.Local, attr, got, want)
			}
		}
	}
	seconds := regexp.MustCompile(`^\d+\.\d{3}$`)
	for _, c := range append(root.all("testcase"), root, root.Children[0]) {
		if got := c.attr("time"); !seconds.MatchString(got) {
			t.Errorf("time=%q of %s, want seconds", got, c.attr("name"))
		}
	}
	return root
}

// outcomesOf returns the outcome of each case by name.
func outcomesOf(root element) map[string]string {
	all := map[string]string{}
	for _, c := range root.all("testcase") {
		all[c.attr("name")] = "passed"
		for _, x := range c.Children {
			all[c.attr("name")] = x.XMLName.Local
		}
	}
	return all
}

func TestJUnit(t *testing.T) {
	all := gateSamples()
	for _, tc := range []struct {
		sample string
		o      Options
		want   map[string]string // of the cases that did not pass
	}{
		{"pass", Options{}, nil},
		{"pass", Options{InconclusiveFails: true}, nil},
		{"no-routes", Options{}, nil},
		{"gain-only", Options{}, nil},
		{"fail", Options{}, map[string]string{"throughput": "failure", "route older ads": "failure"}},
		{"advisory", Options{InconclusiveFails: true}, map[string]string{"baseline": "skipped"}},
		{"objective", Options{}, map[string]string{"objective": "failure"}},
		{"partial", Options{}, map[string]string{"measurement": "error", "throughput": "skipped"}},
		{"partial", Options{InconclusiveFails: true}, map[string]string{"measurement": "error", "throughput": "failure"}},
		{"nothing", Options{}, map[string]string{"measurement": "error"}},
	} {
		got := outcomesOf(junit(t, all[tc.sample], tc.o))
		for name, is := range got {
			want := "passed"
			if w, known := tc.want[name]; known {
				want = w
			}
			if is != want {
				t.Errorf("%s, %+v: case %q %s, want %s", tc.sample, tc.o, name, is, want)
			}
		}
		for name := range tc.want {
			if _, known := got[name]; !known {
				t.Errorf("%s: no case %q in %v", tc.sample, name, got)
			}
		}
	}
}

// A route with too few requests for a verdict does not fail a change.
func TestJUnitInconclusive(t *testing.T) {
	r := gateSamples()["inconclusive"]
	for fails, want := range map[bool]string{false: "skipped", true: "failure"} {
		got := outcomesOf(junit(t, r, Options{InconclusiveFails: fails}))
		if got["throughput"] != want || got["route category"] != "skipped" {
			t.Errorf("InconclusiveFails %v: throughput %s, want %s; route category %s, want skipped", fails, got["throughput"], want, got["route category"])
		}
	}
}

// Of a measurement that cannot be trusted nothing passes.
func TestJUnitInvalid(t *testing.T) {
	for name, is := range outcomesOf(junit(t, gateSamples()["invalid"], Options{})) {
		want := "skipped"
		if name == "measurement" {
			want = "error"
		}
		if is != want {
			t.Errorf("case %q %s, want %s", name, is, want)
		}
	}
}

// A failure has its message where GitHub and Jenkins look for it and where
// GitLab does, and the times of the cases add up to no more than the whole.
func TestJUnitTells(t *testing.T) {
	r := gateSamples()["fail"]
	root := junit(t, r, Options{})
	for _, f := range root.all("failure") {
		message := f.attr("message")
		if !strings.Contains(message, "was lost") || !strings.Contains(f.Text, message) || !strings.Contains(f.Text, "minimum detectable effect") {
			t.Errorf("failure %q with the body %q", message, f.Text)
		}
	}
	sum := 0.0
	for _, c := range root.all("testcase") {
		x, err := strconv.ParseFloat(c.attr("time"), 64)
		if err != nil {
			t.Fatal(err)
		}
		sum += x
	}
	if sum > r.Seconds+0.01 {
		t.Errorf("the cases took %.3f s, the run %.3f s", sum, r.Seconds)
	}
	for _, want := range []string{"cpu=Example 3000 @ 2.60GHz", "kernel=6.12.41", "go=go1.26.8", "outcome=fail", "max_loss=0.05"} {
		name, value, _ := strings.Cut(want, "=")
		if !slices.ContainsFunc(root.all("property"), func(e element) bool { return e.attr("name") == name && e.attr("value") == value }) {
			t.Errorf("no property %s", want)
		}
	}
}

func TestJUnitGolden(t *testing.T) {
	all := gateSamples()
	for _, name := range []string{"fail", "hostile"} {
		reporttest.Golden(t, ""+name+".xml", reporttest.Written(t, func(w io.Writer) error { return JUnit(w, all[name], Options{}) }))
	}
}

func annotated(t *testing.T, r *result.Result, o Options) string {
	t.Helper()
	text := string(reporttest.Written(t, func(w io.Writer) error { return Annotations(w, r, o) }))
	checkAnnotations(t, text)
	return text
}

var command = regexp.MustCompile(`^::(error|warning|notice) title=([^:,\r\n]*)::([^\r\n]*)$`)

// checkAnnotations checks that each line is a command, and that escaping is unambiguous.
func checkAnnotations(t *testing.T, text string) {
	t.Helper()
	stray := regexp.MustCompile(`%(?:[^20]|2[^5C]|0[^DA]|$)`)
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		m := command.FindStringSubmatch(line)
		if m == nil {
			t.Errorf("not a workflow command: %q", line)
		} else if found := stray.FindString(strings.ReplaceAll(m[2], "%3A", "")); found != "" {
			t.Errorf("unescaped %q in the title %q", found, m[2])
		} else if found := stray.FindString(m[3]); found != "" {
			t.Errorf("unescaped %q in %q", found, m[3])
		}
	}
}

func TestAnnotationsGolden(t *testing.T) {
	for name, r := range gateSamples() {
		reporttest.Golden(t, ""+name+".annotations", []byte(annotated(t, r, Options{})))
	}
}

func TestAnnotationsInconclusive(t *testing.T) {
	r := gateSamples()["inconclusive"]
	for fails, want := range map[bool]string{false: "::notice title=classibench gate%3A throughput::", true: "::error title=classibench gate%3A throughput::"} {
		got := annotated(t, r, Options{InconclusiveFails: fails})
		if !strings.HasPrefix(got, want) || strings.Count(got, "\n") != 1 {
			t.Errorf("InconclusiveFails %v: %q, want one line %s…", fails, got, want)
		}
	}
}

func TestAnnotationsEscape(t *testing.T) {
	for _, tc := range []struct{ in, data, property string }{
		{"100%", "100%25", "100%25"},
		{"a\r\nb", "a%0D%0Ab", "a%0D%0Ab"},
		{"%0A", "%250A", "%250A"},
		{"a:b,c", "a:b,c", "a%3Ab%2Cc"},
		{"\x1b[31mred\x00", "[31mred", "[31mred"},
		{"\xff", "\uFFFD", "\uFFFD"},
		{"a\u202eb", "ab", "ab"},
	} {
		if got := escapeData(tc.in); got != tc.data {
			t.Errorf("escapeData(%q) = %q, want %q", tc.in, got, tc.data)
		}
		if got := escapeProperty(tc.in); got != tc.property {
			t.Errorf("escapeProperty(%q) = %q, want %q", tc.in, got, tc.property)
		}
	}
}

// Each block is there once, and whoever knows the format reads it.
func TestBlocksInBenchfmt(t *testing.T) {
	for name, r := range gateSamples() {
		found := map[string]int{}
		in := benchfmt.NewReader(strings.NewReader(drawnBy(t, reports.Benchfmt, r)), "bench.txt")
		for in.Scan() {
			switch x := in.Result().(type) {
			case *benchfmt.Result:
				found[string(x.Name)]++
			case *benchfmt.SyntaxError:
				t.Errorf("%s: %v", name, x)
			}
		}
		if err := in.Err(); err != nil {
			t.Error(err)
		}
		for _, side := range []string{"base", "head"} {
			if got, want := found["Gate/target="+side], 2*r.Gate.Count(); got != want {
				t.Errorf("%s: %d blocks of %s, want %d", name, got, side, want)
			}
		}
	}
}

// Stock benchstat reads the file and sees the loss, in the mix and in the route.
func TestGateBenchstat(t *testing.T) {
	dir := t.TempDir()
	if err := WriteDir(dir, gateSample(0.902, 5), Options{}); err != nil {
		t.Fatal(err)
	}
	out := reporttest.Benchstat(t, "-col", "/target", filepath.Join(dir, files.Benchfmt))
	for _, want := range []string{`(?m)^Gate .* -(9|10)\.\d+% \(`, `(?m)^Gate/route=older_ads .* -2\d\.\d+% \(`, `(?m)^Gate/route=home .* ~ `} {
		if !regexp.MustCompile(want).Match(out) {
			t.Errorf("benchstat does not show %s:\n%s", want, out)
		}
	}
}

// The picture's bounds at a look are those that decided.
func TestGateProgress(t *testing.T) {
	for _, name := range []string{"pass", "fail", "inconclusive"} {
		r := gateSamples()[name]
		p := progressOf(r.Gate)
		if len(p.looks) == 0 {
			t.Errorf("%s: no look", name)
			continue
		}
		i, c := p.looks[len(p.looks)-1], r.Gate.Checks[0]
		got := []float64{p.estimate[i].Y, p.low[i].Y, p.high[i].Y}
		if want := []float64{float64(c.Ratio), float64(c.Low), float64(c.High)}; !slices.Equal(got, want) {
			t.Errorf("%s: the picture ends at %v, the check says %v", name, got, want)
		}
	}
}
