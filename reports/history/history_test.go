package history

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/history"
	"github.com/classibench/classibench/reports/internal/files"
	"github.com/classibench/classibench/reports/internal/reporttest"
	"github.com/classibench/classibench/reports/internal/text"
)

// A past describes the changes of a program over its commits, three a week.
type past struct {
	name   string
	runs   int
	weekly float64         // loss a week
	steps  map[int]float64 // change from a run on
	change func(i int, r *result.Result)
}

// results returns the results of the runs of a past. They are always the same.
func (p past) results(tb testing.TB) []*result.Result {
	tb.Helper()
	rng := rand.New(rand.NewPCG(uint64(p.runs), 11))
	noise := func(share float64) float64 { return math.Exp(share * rng.NormFloat64()) }
	speed := 1.0
	var all []*result.Result
	for i := range p.runs {
		speed *= math.Pow(1-p.weekly, 1.0/3) * (1 + p.steps[i])
		r := sampleHead()
		r.Began = r.Began.AddDate(0, 0, 7*i/3)
		gain, half := 7.4*speed*noise(0.008), 0.012*noise(0.3)
		machine := noise(0.02) // what the machine gives on that day is shared by both
		cgi, persistent := 612*machine, 612*machine*gain
		r.Capacity.Throughput = map[string]result.Throughput{"cgi": {RPS: cgi, Hits: 15000}, "persistent": {RPS: persistent, Hits: 110000}}
		r.Capacity.Gain = &result.Gain{Candidate: "persistent", Ratio: gain, Low: gain * (1 - half), High: gain * (1 + half), Level: 0.95, Quads: 26}
		r.Replay.Trials = []result.Trial{
			{Target: "cgi", OfferedRPS: 740, AchievedRPS: 612, Hits: 25000, Latency: result.Latency{Count: 25000, P95: result.Float(5.2 * noise(0.04))}},
			{Target: "persistent", OfferedRPS: 740, AchievedRPS: 740, Hits: 26000, Latency: result.Latency{Count: 26000, P95: result.Float(0.00104 / speed * noise(0.03))}},
		}
		r.Verdict = result.Judge(r)
		if p.change != nil {
			p.change(i, r)
		}
		all = append(all, r)
	}
	return all
}

// sampleHead returns the sample without measurements.
func sampleHead() *result.Result {
	return &result.Result{
		Schema: result.Schema, Version: "v0.1.0", Began: time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC),
		Scenario: result.Scenario{Name: "peak-hour", Seed: 1, Ads: 50000, Routes: reporttest.SampleRoutes, Objective: result.Objective{P95: 0.5, Errors: 0.01},
			Digest: "7f0c1d5c0a5b4ce8d7b7a1f8a59be1a8f1f93cde6c2d29bdb91d4b0c1b2a7d44"},
		Environment: result.Environment{OS: "linux", Arch: "amd64", Kernel: "6.12.41", CPU: "Example 3000 @ 2.60GHz", Cores: 2, TargetCPUs: []int{1}, LoadCPUs: []int{0}, Go: "go1.26.8"},
		Targets:     []result.Target{{Name: "cgi", Kind: "cgi"}, {Name: "persistent", Kind: "server"}},
		Capacity:    &result.Capacity{Users: 8, BlockSeconds: 0.5}, Replay: &result.Replay{Seconds: 36, Timeout: reporttest.SampleTimeout},
		Warnings: []result.Warning{},
	}
}

var subjects = []string{
	"pages: show the seller's place", "store: ask for photos with the ad", "handlers: check the form once", "docs: mend a link",
	"search: words of one letter", "pages: smaller stylesheet", "store: an index for prices",
}

// groups writes the results of a past to files, reads them, adds them to a
// history and compares what comes out of it: the way of `history add` and
// `history show`.
func (p past) groups(tb testing.TB, f history.Filter) []history.Group {
	tb.Helper()
	ctx := context.Background()
	dir := tb.TempDir()
	h, err := history.OpenOrMake(ctx, filepath.Join(dir, "history.db"))
	if err != nil {
		tb.Fatal(err)
	}
	defer h.Close()
	var runs []history.Run
	for i, r := range p.results(tb) {
		path := filepath.Join(dir, result.ResultFile)
		if err := files.Write(dir, result.ResultFile, func(w io.Writer) error { return result.JSON(w, r) }); err != nil {
			tb.Fatal(err)
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			tb.Fatal(err)
		}
		read, err := result.Read(path)
		if err != nil {
			tb.Fatal(err)
		}
		run, err := history.NewRun(read, raw)
		if err != nil {
			tb.Fatal(err)
		}
		run.Commit = history.Commit{Hash: fmt.Sprintf("%08x%032x", (uint64(i+1)*2654435761)&0xffffffff, i), Subject: subjects[i%len(subjects)], At: r.Began.Add(-time.Hour)}
		runs = append(runs, run)
	}
	if _, err := h.Add(ctx, runs...); err != nil {
		tb.Fatal(err)
	}
	back, err := h.Runs(ctx)
	if err != nil {
		tb.Fatal(err)
	}
	return history.Compare(back, f)
}

var pasts = []past{
	{name: "slow loss and step", runs: 60, weekly: 0.01, steps: map[int]float64{36: -0.06}},
	{name: "steady", runs: 40},
	{name: "up and down", runs: 150, steps: map[int]float64{20: -0.05, 40: 0.09, 45: -0.04, 60: 0.3, 80: -0.2, 86: 0.4, 100: -0.07, 120: 0.05}},
	{name: "few", runs: 3},
	{name: "one", runs: 1},
	{name: "machines", runs: 45, steps: map[int]float64{30: -0.1}, change: func(i int, r *result.Result) {
		if i%3 == 1 {
			r.Environment.Kernel = "6.15.2"
		}
		if i%7 == 0 {
			r.Partial = "interrupted"
			r.Capacity.Gain.Ratio *= 0.8
			r.Capacity.Gain.Low *= 0.3
		}
	}},
	{name: "hostile", runs: 12, change: func(i int, r *result.Result) {
		r.Scenario.Name = "a name </h2><script>alert(1)</script>" + strings.Repeat("x", 80)
		r.Targets[1].Name = "persistent\x1b[31m <b>& others with a long name that goes on"
		r.Capacity.Gain.Candidate = r.Targets[1].Name
		r.Capacity.Throughput[r.Targets[1].Name] = result.Throughput{RPS: 1e9 / float64(1+i)}
		r.Replay.Trials[1].Target = r.Targets[1].Name
		r.Replay.Trials[0].Latency.P95 = result.Float(math.Pow(10, float64(i-7)))
		r.Capacity.Gain.Ratio, r.Capacity.Gain.Low, r.Capacity.Gain.High = 1e-6, 1e-6, 1e9
	}},
}

// TestHistoryMarks is the demonstration: three months of a program that loses
// 1% a week and 6% at once.
func TestHistoryMarks(t *testing.T) {
	g := pasts[0].groups(t, history.Filter{Metric: history.Gain})[0]
	found := false
	for _, step := range g.Series[0].Steps {
		found = found || step.After >= 35 && step.After <= 37 && step.High < -0.04
	}
	if !found {
		t.Errorf("the change of −6%% at run 36 is not among the steps %+v", g.Series[0].Steps)
	}
	if steady := pasts[1].groups(t, history.Filter{}); len(steady[0].Series) != 5 || len(steady[0].Series[0].Steps) > 0 {
		t.Errorf("a change is marked where there was none: %+v", steady[0].Series[0].Steps)
	}
}

func TestHistoryText(t *testing.T) {
	for _, p := range pasts {
		t.Run(p.name, func(t *testing.T) {
			f := history.Filter{Last: 100}
			if p.runs > 12 {
				f.Metric = history.Gain
			}
			groups := p.groups(t, f)
			got := reporttest.Written(t, func(w io.Writer) error { return Text(w, groups, text.Options{}) })
			reporttest.Golden(t, ""+strings.ReplaceAll(p.name, " ", "-")+".txt", got)
			for _, width := range []int{60, 80, 120, 200} {
				got := reporttest.Written(t, func(w io.Writer) error { return Text(w, groups, text.Options{Width: width}) })
				for line := range strings.Lines(string(got)) {
					if line = strings.TrimSuffix(line, "\n"); text.Width(line) > width && len(strings.Fields(line)) > 1 {
						t.Errorf("at %d columns: a line of %d: %q", width, text.Width(line), line)
					}
				}
			}
		})
	}
}

func TestHistoryJSON(t *testing.T) {
	groups := pasts[0].groups(t, history.Filter{Metric: history.Gain})
	b, err := json.Marshal(groups)
	if err != nil {
		t.Fatal(err)
	}
	var back []history.Group
	if err := json.Unmarshal(b, &back); err != nil || len(back[0].Series[0].Points) != 60 || len(back[0].Series[0].Steps) != len(groups[0].Series[0].Steps) {
		t.Errorf("read again: %v, %.200s…", err, b)
	}
}

func TestHistorySVG(t *testing.T) {
	g := pasts[0].groups(t, history.Filter{Metric: history.Gain})
	reporttest.Golden(t, "gain.svg", reporttest.Written(t, views(g)[0].Figures[0].SVG))
}

func TestWriteHistory(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new [dir]")
	if err := WriteDir(dir, pasts[5].groups(t, history.Filter{})); err != nil {
		t.Fatal(err)
	}
	for _, mine := range []string{"mine.svg", "history-of-the-site.svg"} {
		if err := os.WriteFile(filepath.Join(dir, mine), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	names := func() (all []string) {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			all = append(all, e.Name())
		}
		return all
	}
	if got := names(); len(got) != 23 { // a page, two that are not ours, two groups of five plots in two formats
		t.Errorf("%d files: %v", len(got), got)
	}
	if err := WriteDir(dir, pasts[4].groups(t, history.Filter{Metric: history.Gain})); err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(names(), " "), "history-gain-persistent.png history-gain-persistent.svg history-of-the-site.svg history.html mine.svg"; got != want {
		t.Errorf("after another history was drawn there:\n got %s\nwant %s", got, want)
	}
}

func TestHistoryBrowser(t *testing.T) {
	ctx := reporttest.Browser(t)
	for _, p := range []past{pasts[0], pasts[2], pasts[4], pasts[6], {name: "none"}} {
		t.Run(p.name, func(t *testing.T) {
			groups := p.groups(t, history.Filter{})
			reporttest.WantSound(t, ctx, p.name == pasts[0].name, func(w io.Writer) error { return HTML(w, groups) })
		})
	}
}
