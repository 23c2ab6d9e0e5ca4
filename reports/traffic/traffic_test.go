package traffic_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/classibench/classibench/reports/internal/reporttest"
	"github.com/classibench/classibench/reports/traffic"
	"github.com/classibench/classibench/scenarios/traffic/profile"
	"github.com/classibench/classibench/scenarios/traffic/trace"
)

// some is traffic of two hours.
func some(t *testing.T) *profile.Profile {
	t.Helper()
	return someFrom(t, time.Date(2026, 3, 14, 9, 0, 0, 0, time.UTC))
}

func someFrom(t *testing.T, start time.Time) *profile.Profile {
	t.Helper()
	var lines []byte
	for i := range 2000 {
		h := trace.Hit{At: time.Duration(i*i) * 2 * time.Millisecond, Client: fmt.Sprint(i % 7), Method: "GET", URL: fmt.Sprintf("http://127.0.0.1/ads/%d", 1000/(i+1)), Status: 200, Size: int64(i)}
		lines = trace.Append(lines, &h)
	}
	return profileOf(t, start, string(lines))
}

func profileOf(t *testing.T, start time.Time, lines string) *profile.Profile {
	t.Helper()
	r, err := trace.New("traffic", strings.NewReader(lines))
	if err != nil {
		t.Fatal(err)
	}
	r.About.Start, r.About.Spread = start, true
	p, err := profile.Of(t.Context(), r.About, r.Hits())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// short is traffic of five minutes: it has no busiest hour.
func short(t *testing.T) *profile.Profile {
	t.Helper()
	var lines []byte
	for i := range 302 {
		lines = trace.Append(lines, &trace.Hit{At: time.Duration(i) * time.Second, Method: "GET", URL: "http://127.0.0.1/", Status: 200, Size: 500})
	}
	return profileOf(t, time.Date(2026, 3, 14, 9, 0, 0, 0, time.UTC), string(lines))
}

func TestAShortLogHasNoPlotOfAnHour(t *testing.T) {
	dir := t.TempDir()
	if err := traffic.WriteDir(dir, short(t)); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "traffic-hour.svg")); !os.IsNotExist(err) {
		t.Errorf("got %v, want no plot", err)
	}
}

func TestText(t *testing.T) {
	var b strings.Builder
	if err := traffic.Text(&b, some(t), traffic.Options{}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"2,000 requests in 2 h 13 min", "GET /ads/{id}", "7 clients", "how hits are spread", "200 OK", "not known"} {
		if got := b.String(); strings.Contains(got, want) == (want == "not known") {
			t.Errorf("%q: got\n%s", want, got)
		}
	}
	for line := range strings.Lines(b.String()) {
		if len([]rune(line)) > 81 {
			t.Errorf("a line is wider than 80: %q", line)
		}
	}
}

// The text is compared as a whole, with a start in the time zone of a log and without one.
func TestTextGolden(t *testing.T) {
	for name, p := range map[string]*profile.Profile{
		"whole":    some(t),
		"local":    someFrom(t, time.Date(2026, 3, 14, 5, 0, 0, 0, time.FixedZone("", -4*3600))),
		"no-start": someFrom(t, time.Time{}),
		"short":    short(t),
		"single":   profileOf(t, time.Time{}, `{"at":0,"method":"GET","url":"http://127.0.0.1/"}`),
		"seconds":  profileOf(t, time.Date(2026, 3, 14, 9, 0, 0, 0, time.UTC), `{"at":0,"method":"GET","url":"http://127.0.0.1/"}`+"\n"+`{"at":9.5,"method":"GET","url":"http://127.0.0.1/a"}`),
	} {
		got := reporttest.Written(t, func(w io.Writer) error { return traffic.Text(w, p, traffic.Options{Width: 100}) })
		reporttest.Golden(t, name+".txt", got)
	}
}

func TestSVGGolden(t *testing.T) {
	dir := t.TempDir()
	if err := traffic.WriteDir(dir, some(t)); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"traffic-rate.svg", "traffic-hour.svg", "traffic-popularity.svg"} {
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		reporttest.Golden(t, name, got)
	}
}

func TestWriteDir(t *testing.T) {
	dir := t.TempDir()
	if err := traffic.WriteDir(dir, some(t)); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"traffic.html", "traffic-rate.svg", "traffic-rate.png", "traffic-hour.svg", "traffic-popularity.png"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Size() < 1000 {
			t.Errorf("%s: got %v, %v", name, info, err)
		}
	}
	page, err := os.ReadFile(filepath.Join(dir, "traffic.html"))
	if err != nil || !strings.Contains(string(page), "GET /ads/{id}") || strings.Contains(string(page), "src=\"http") {
		t.Errorf("the page lacks a route, or loads something (%v)", err)
	}
}

// A single request has no rate, no popularity and no size, and a report all the same.
func TestASingleRequest(t *testing.T) {
	p := profileOf(t, time.Time{}, `{"at":0,"method":"GET","url":"http://127.0.0.1/"}`)
	dir := t.TempDir()
	if err := traffic.WriteDir(dir, p); err != nil {
		t.Error(err)
	}
	if plots, err := filepath.Glob(filepath.Join(dir, "*.svg")); err != nil || len(plots) > 0 {
		t.Errorf("got the plots %v, want none: they would show a single point", plots)
	}
}

// The axes of ranks and of requests begin at 1, however few targets there are.
func TestPopularityBeginsAtOne(t *testing.T) {
	below := regexp.MustCompile(`>0\.[0-9]+<`)
	for _, targets := range []int{2, 3, 5, 40, 300} {
		var lines []byte
		for i := range 400 {
			lines = trace.Append(lines, &trace.Hit{At: time.Duration(i) * time.Second, Method: "GET", URL: fmt.Sprintf("http://127.0.0.1/%d", i*i%targets)})
		}
		dir := t.TempDir()
		if err := traffic.WriteDir(dir, profileOf(t, time.Time{}, string(lines))); err != nil {
			t.Fatal(err)
		}
		plot, err := os.ReadFile(filepath.Join(dir, "traffic-popularity.svg"))
		if err != nil {
			t.Fatal(err)
		}
		if found := below.Find(plot); found != nil || !strings.Contains(string(plot), ">1<") {
			t.Errorf("%d targets: the label %q, want none below 1", targets, found)
		}
	}
}
