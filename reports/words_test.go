package reports

import (
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/unit"
	"github.com/classibench/classibench/reports/internal/reporttest"
	"github.com/classibench/classibench/reports/internal/text"
)

// No report has words around a missing number, or a wrong plural.
func TestNoEmptyWords(t *testing.T) {
	empty := regexp.MustCompile(`within –|mDE|\. \.|interval –|\b1 (tasks|routes|quads|users|answers|requests|processes)\b|\(\)|%!`)
	for name, r := range reporttest.Variants(t) {
		for kind, draw := range map[string]func(io.Writer) error{
			"text": func(w io.Writer) error { return Text(w, r, text.Options{}) },
			"md":   func(w io.Writer) error { return Markdown(w, r) },
			"html": func(w io.Writer) error { return HTML(w, r) },
		} {
			if found := empty.FindString(string(reporttest.Written(t, draw))); found != "" {
				t.Errorf("%s as %s: %q", name, kind, found)
			}
		}
	}
}

// If the run was interrupted before its processes were read, the report does not blame the
// system.
func TestInterruptedOnLinux(t *testing.T) {
	const blame = "cannot be measured on this system"
	r := reporttest.Variants(t)["other system"]
	text := func() string {
		return string(reporttest.Written(t, func(w io.Writer) error { return Text(w, r, text.Options{Width: 200}) }))
	}
	if !strings.Contains(text(), blame) {
		t.Errorf("%s: no note %q", r.Environment.OS, blame)
	}
	if r.Environment.OS, r.Partial = "linux", "interrupted"; strings.Contains(text(), blame) {
		t.Errorf("linux: the note %q", blame)
	}
}

func TestCommandsCanBePasted(t *testing.T) {
	r := reporttest.Sample(t)
	r.Command = []string{"classibench", "gate", "--build", "go build -o {out} ./cmd/shop"}
	r.Targets[0].Command = []string{"sh", "-c", "echo it's"}
	got := string(reporttest.Written(t, func(w io.Writer) error { return Markdown(w, r) }))
	for _, want := range []string{"`classibench gate --build 'go build -o {out} ./cmd/shop'`", `sh -c 'echo it'\''s'`} {
		if !strings.Contains(got, want) {
			t.Errorf("got\n%s\nwant %s", got, want)
		}
	}
}

// The headline has a valid gain beside an invalid replay, but no invalid gain.
func TestWhatHoldsStandsInTheHeadline(t *testing.T) {
	r := reporttest.Variants(t)["in part"]
	v := newView(r)
	if len(v.Trusted) != 1 || v.Trusted[0].Candidate != "persistent" || invalidWords(r) != "Invalid: the throughput of fastcgi behind a proxy, the replay against cgi" {
		t.Errorf("got %+v, %q", v.Trusted, invalidWords(r))
	}
	r.Verdict = result.Verdict{Sentence: "This measurement cannot be trusted.", Reasons: []string{"of an earlier version"}}
	if v := newView(r); len(v.Trusted) > 0 || invalidWords(r) != "Invalid measurement" {
		t.Errorf("of an earlier version: got %+v, %q", v.Trusted, invalidWords(r))
	}
}

// Slow answers need quads of more than a second.
func TestCapacityMethodTellsHowLongQuadsAre(t *testing.T) {
	r := reporttest.Sample(t)
	r.Capacity.Quads = r.Capacity.Quads[:3]
	for i := range r.Capacity.Quads {
		for j := range r.Capacity.Quads[i].Blocks {
			r.Capacity.Quads[i].Blocks[j].Seconds = 4
		}
	}
	r.Capacity.Seconds = (50 * time.Second).Seconds()
	if got := capacityMethod(r); !strings.Contains(got, "3 quads of 16.0 s in 6 sessions and 50 s") {
		t.Errorf("got %q", got)
	}
}

// The method and the fine print of a gain count the same quads.
func TestQuadsAreCountedAlike(t *testing.T) {
	r := reporttest.Variants(t)["three targets"]
	method := capacityMethod(r)
	for _, g := range gains(r) {
		count := unit.Count(g.Quads, "quad")
		if !strings.Contains(method, count+" of ") || !strings.Contains(method, "for each candidate") || !strings.Contains(gainPrint(g), count) {
			t.Errorf("got %q beside %q, want %s in both", method, gainPrint(g), count)
		}
	}
}

func TestTrafficInWords(t *testing.T) {
	start := time.Date(2026, 3, 14, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		traffic result.Traffic
		want    string
	}{
		{result.Traffic{File: "a.zst", To: 36, Speed: 1, Times: 1, Hits: 1200}, " The requests are the 1,200 of a.zst from 0 s to 36 s after its start, at their recorded times."},
		{result.Traffic{File: "a.zst", Start: start, From: 60, To: 3660, Speed: 60, Times: 4, Hits: 9, Clients: 3, Spread: true},
			" The requests are the 9 of a.zst from 14 March 2026, 09:01:00 to 10:01:00 UTC, at their recorded times, 60 times faster, with 4 times the visitors. A client sends its next request when the one before it is answered. The log has whole seconds: the times within a second are random."},
		{result.Traffic{File: "a.zst", Start: start, To: 86400, Speed: 100, Times: 1, Shape: "50 hits/s", Hits: 9, Clients: 3},
			" The requests are the 9 of a.zst from 14 March 2026, 09:00:00 to 15 March 2026, 09:00:00 UTC, in their order, at random times: the rate follows that of the file, with a mean of 50 hits/s."},
	} {
		if got := trafficWords(&c.traffic); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
	if got := trafficWords(nil); got != "" {
		t.Errorf("no traffic: got %q", got)
	}
}

func TestNoReplayWithoutTrials(t *testing.T) {
	r := reporttest.Variants(t)["before the replay"]
	for kind, draw := range map[string]func(io.Writer) error{
		"text":     func(w io.Writer) error { return Text(w, r, text.Options{}) },
		"markdown": func(w io.Writer) error { return Markdown(w, r) },
	} {
		var b strings.Builder
		if err := draw(&b); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(b.String(), "of traffic against each target") || strings.Contains(b.String(), "## Routes") {
			t.Errorf("%s:\n%s", kind, b.String())
		}
	}
}
