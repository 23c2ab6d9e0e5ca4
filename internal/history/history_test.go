package history_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/history"
	"github.com/classibench/classibench/internal/input"
	"github.com/google/go-cmp/cmp"
)

// resultOf returns a possible result of a run.
func resultOf(gain float64, began time.Time) *result.Result {
	const cgi = 600.0
	return &result.Result{
		Schema: result.Schema, Version: "v0.1.0", Began: began,
		Scenario:    result.Scenario{Name: "peak-hour", Seed: 1, Ads: 50000, Digest: "7f0c1d5c"},
		Environment: result.Environment{OS: "linux", Arch: "amd64", Kernel: "6.12.41", CPU: "Example 3000", Cores: 2, TargetCPUs: []int{1}, Go: "go1.26.8"},
		Targets:     []result.Target{{Name: "cgi", Kind: "cgi"}, {Name: "persistent", Kind: "server"}},
		Capacity: &result.Capacity{
			Throughput: map[string]result.Throughput{"cgi": {RPS: cgi}, "persistent": {RPS: cgi * gain}},
			Gain:       &result.Gain{Candidate: "persistent", Ratio: gain, Low: gain * 0.98, High: gain * 1.02, Level: 0.95},
		},
		Replay: &result.Replay{Seconds: 36, Trials: []result.Trial{
			{Target: "cgi", Latency: result.Latency{P95: 1.7}, Stages: []result.StageResult{{Name: "rush", Latency: result.Latency{P95: 2.1}}}},
			{Target: "persistent", Latency: result.Latency{P95: result.Float(math.NaN())}},
		}},
		Verdict: result.Verdict{Valid: true},
	}
}

func mustRun(tb testing.TB, r *result.Result, commit history.Commit) history.Run {
	tb.Helper()
	raw, err := json.Marshal(r)
	if err != nil {
		tb.Fatal(err)
	}
	run, err := history.NewRun(r, raw)
	if err != nil {
		tb.Fatal(err)
	}
	run.Commit = commit
	return run
}

func mustOpen(tb testing.TB, path string) *history.History {
	tb.Helper()
	h, err := history.OpenOrMake(context.Background(), path)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := h.Close(); err != nil {
			tb.Error(err)
		}
	})
	return h
}

func mustRuns(tb testing.TB, h *history.History) []history.Run {
	tb.Helper()
	runs, err := h.Runs(context.Background())
	if err != nil {
		tb.Fatal(err)
	}
	return runs
}

var day = time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC)

func commit(n int) history.Commit {
	return history.Commit{Hash: fmt.Sprintf("%040x", n+1), Subject: fmt.Sprintf("store: change %d", n), At: day.AddDate(0, 0, n)}
}

func TestAdd(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a file?with #marks%20.db")
	h := mustOpen(t, path)
	r := resultOf(7.4, day)
	run := mustRun(t, r, commit(3))
	run.Label = "nightly"
	added, err := h.Add(t.Context(), run, run)
	if err != nil {
		t.Fatal(err)
	}
	want := []history.Added{{ID: 1, As: commit(3)}, {ID: 1, Known: true, As: commit(3)}}
	if diff := cmp.Diff(want, added); diff != "" {
		t.Errorf("Add of the same result twice (-want +got):\n%s", diff)
	}
	runs := mustRuns(t, h)
	if len(runs) != 1 {
		t.Fatalf("%d runs, want 1", len(runs))
	}
	got := runs[0]
	wantRun := history.Run{
		ID: 1, Began: day, Commit: commit(3), Label: "nightly",
		Setting: history.Setting{Scenario: "peak-hour", Digest: "7f0c1d5c", Seed: 1, Ads: 50000, Replay: 36,
			OS: "linux", Arch: "amd64", Kernel: "6.12.41", CPU: "Example 3000", Cores: 2, TargetCores: 1, Go: "go1.26.8"},
		Measures: run.Measures,
	}
	sameFloat := cmp.Comparer(func(a, b result.Float) bool { return a == b || !a.Known() && !b.Known() })
	if diff := cmp.Diff(wantRun, got, sameFloat, cmp.FilterPath(func(p cmp.Path) bool {
		name := p.Last().String()
		return name == ".identity" || name == ".raw"
	}, cmp.Ignore()), cmp.AllowUnexported(history.Run{})); diff != "" {
		t.Errorf("the run read again (-want +got):\n%s", diff)
	}
	raw, err := h.Raw(t.Context(), 1)
	if want, _ := json.Marshal(r); err != nil || string(raw) != string(want) {
		t.Errorf("Raw = %.60q…, %v, want %.60q…", raw, err, want)
	}
	if _, err := h.Raw(t.Context(), 2); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Raw of a run that is not there: %v, want %v", err, fs.ErrNotExist)
	}
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
}

// The identity of a run does not change if its result is formatted, drawn or judged again.
func TestTheSameRun(t *testing.T) {
	h := mustOpen(t, filepath.Join(t.TempDir(), "history.db"))
	for _, tc := range []struct {
		name   string
		change func(*result.Result)
		known  bool
	}{
		{"first", func(*result.Result) {}, false},
		{"another layout, another judgement", func(r *result.Result) { r.Verdict.Sentence, r.Version = "so it is", "v2" }, true},
		{"another time zone", func(r *result.Result) { r.Began = r.Began.In(time.FixedZone("", 3600)) }, true},
		{"a nanosecond later", func(r *result.Result) { r.Began = r.Began.Add(1) }, false},
		{"another machine", func(r *result.Result) { r.Environment.Host = "other" }, false},
		{"another scenario", func(r *result.Result) { r.Scenario.Name = "browse" }, false},
	} {
		r := resultOf(7.4, day)
		tc.change(r)
		if a, err := h.Add(t.Context(), mustRun(t, r, commit(1))); err != nil || a[0].Known != tc.known {
			t.Errorf("%s: Add = %+v, %v, want Known = %v", tc.name, a, err, tc.known)
		}
	}
}

func TestMeasures(t *testing.T) {
	gate := &result.Gate{
		Sessions: []result.Session{{Quads: []result.Quad{{Blocks: []result.Block{
			{Target: "base", Hits: 100, Seconds: 0.5}, {Target: "head", Hits: 90, Seconds: 0.5},
			{Target: "head", Hits: 96, Seconds: 0.5}, {Target: "base", Hits: 98, Seconds: 0.5},
		}}}}},
		Checks: []result.Check{
			{Name: "route", Route: "home", Ratio: 0.5, Low: 0.4, High: 0.6},
			{Name: "throughput", Ratio: 0.94, Low: 0.92, High: 0.96},
		},
	}
	for _, tc := range []struct {
		name   string
		change func(*result.Result)
		want   string
	}{
		{"whole", func(*result.Result) {}, "gain persistent/cgi 7.4 [7.252 7.548]; throughput cgi 600; throughput persistent 4440; p95 cgi 1.7; p95 cgi (rush) 2.1"},
		{"no replay", func(r *result.Result) { r.Replay = nil }, "gain persistent/cgi 7.4 [7.252 7.548]; throughput cgi 600; throughput persistent 4440"},
		{"no capacity", func(r *result.Result) { r.Capacity = nil }, "p95 cgi 1.7; p95 cgi (rush) 2.1"},
		{"two candidates", func(r *result.Result) {
			r.Capacity.Gains = map[string]result.Gain{"persistent": *r.Capacity.Gain, "fastcgi": {Ratio: 3, Low: 2.5, High: math.Inf(1)}}
			r.Replay, r.Capacity.Throughput = nil, nil
		}, "gain fastcgi/cgi 3; gain persistent/cgi 7.4 [7.252 7.548]"},
		{"gate", func(r *result.Result) {
			r.Targets = []result.Target{{Name: "base"}, {Name: "head"}}
			r.Capacity, r.Replay, r.Gate = nil, nil, gate
		}, "gain head/base 0.94 [0.92 0.96]; throughput base 198; throughput head 186"},
		{"what cannot be", func(r *result.Result) {
			r.Capacity.Throughput = map[string]result.Throughput{"cgi": {RPS: -1}, "persistent": {RPS: 1e300}, "": {RPS: 5}}
			r.Capacity.Gain.Ratio, r.Replay = 0, nil
			r.Capacity.Throughput["idle"] = result.Throughput{RPS: 1}
		}, "throughput idle 1"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := resultOf(7.4, day)
			tc.change(r)
			run, err := history.NewRun(r, []byte("{}"))
			if err != nil {
				t.Fatal(err)
			}
			if got := told(run.Measures); got != tc.want {
				t.Errorf("measures\n got %s\nwant %s", got, tc.want)
			}
		})
	}
}

func told(all []history.Measure) string {
	var out []string
	for _, m := range all {
		s := fmt.Sprintf("%s %s", m.Metric, m.Target)
		if m.Against != "" {
			s += "/" + m.Against
		}
		if m.Stage != "" {
			s += " (" + m.Stage + ")"
		}
		s += fmt.Sprintf(" %.4g", m.Value)
		if m.Low.Known() {
			s += fmt.Sprintf(" [%.4g %.4g]", float64(m.Low), float64(m.High))
		}
		out = append(out, s)
	}
	return strings.Join(out, "; ")
}

func TestDoubt(t *testing.T) {
	for _, tc := range []struct {
		change func(*result.Result)
		want   string
	}{
		{func(*result.Result) {}, ""},
		{func(r *result.Result) { r.Partial = "interrupted" }, "partial: interrupted"},
		{func(r *result.Result) { r.Verdict = result.Verdict{Reasons: []string{"cgi failed", "more"}} }, "invalid: cgi failed"},
		{func(r *result.Result) { r.Verdict = result.Verdict{} }, "invalid"},
	} {
		r := resultOf(7.4, day)
		tc.change(r)
		if got := mustRun(t, r, history.Commit{}).Excluded; got != tc.want {
			t.Errorf("Doubt = %q, want %q", got, tc.want)
		}
	}
}

func TestNewRunErrors(t *testing.T) {
	nothing := &result.Result{Began: day, Targets: []result.Target{{Name: "cgi"}}}
	if _, err := history.NewRun(nothing, []byte("{}")); !errors.Is(err, history.ErrNothing) {
		t.Errorf("NewRun of nothing: %v, want %v", err, history.ErrNothing)
	}
	if _, err := history.NewRun(resultOf(7, time.Time{}), nil); err == nil {
		t.Error("NewRun accepted a run without a time")
	}
}

// Runs are in the order of their commits, not of their measurement.
func TestOrder(t *testing.T) {
	h := mustOpen(t, filepath.Join(t.TempDir(), "history.db"))
	labels := []string{"second", "fourth, of no commit", "third, measured before", "third, measured again", "first"}
	for i, r := range []struct {
		commit history.Commit
		began  time.Time
	}{
		{commit(4), day.AddDate(0, 0, 30)}, {history.Commit{}, day.AddDate(0, 0, 9)}, {commit(5), day.AddDate(0, 0, 31)}, {commit(5), day.AddDate(0, 0, 32)}, {commit(1), day.AddDate(0, 0, 40)},
	} {
		run := mustRun(t, resultOf(7, r.began), r.commit)
		run.Label = labels[i]
		if _, err := h.Add(t.Context(), run); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for _, r := range mustRuns(t, h) {
		got = append(got, r.Label)
	}
	if diff := cmp.Diff([]string{labels[4], labels[0], labels[2], labels[3], labels[1]}, got); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}

func TestOpenErrors(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	other := func(path string, statements ...string) {
		db, err := sql.Open("sqlite3", path)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range statements {
			if _, err := db.Exec(s); err != nil {
				t.Fatal(err)
			}
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(at("text"), []byte(strings.Repeat("I am a text. ", 100)), 0o644); err != nil {
		t.Fatal(err)
	}
	other(at("ads.db"), "CREATE TABLE ads (id INTEGER)", "PRAGMA user_version = 2")
	if err := mustOpen(t, at("newer.db")).Close(); err != nil {
		t.Fatal(err)
	}
	other(at("newer.db"), "PRAGMA user_version = 99")
	for _, tc := range []struct {
		path string
		want error
		open func(context.Context, string) (*history.History, error)
	}{
		{"none", fs.ErrNotExist, history.Open},
		{"text", history.ErrForeign, history.Open},
		{"text", history.ErrForeign, history.OpenOrMake},
		{"ads.db", history.ErrForeign, history.Open},
		{"ads.db", history.ErrForeign, history.OpenOrMake},
		{"newer.db", history.ErrVersion, history.Open},
		{"newer.db", history.ErrVersion, history.OpenOrMake},
	} {
		before, _ := os.ReadFile(at(tc.path))
		_, err := tc.open(t.Context(), at(tc.path))
		if !errors.Is(err, tc.want) || !strings.Contains(err.Error(), at(tc.path)) {
			t.Errorf("open %s: %v, want %v and the path", tc.path, err, tc.want)
		}
		if after, _ := os.ReadFile(at(tc.path)); string(after) != string(before) {
			t.Errorf("%s was changed", tc.path)
		}
	}
	if _, err := history.OpenOrMake(t.Context(), at("no/such/directory.db")); err == nil {
		t.Error("OpenOrMake made a history in a missing directory")
	}
}

// Several CI jobs create one file and add to it at the same time.
func TestAddAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history.db")
	const jobs = 8
	var wg sync.WaitGroup
	for i := range jobs {
		wg.Go(func() {
			h, err := history.OpenOrMake(t.Context(), path)
			if err != nil {
				t.Error(err)
				return
			}
			_, err = h.Add(t.Context(), mustRun(t, resultOf(7, day.AddDate(0, 0, i)), commit(i)))
			if err := errors.Join(err, h.Close()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := len(mustRuns(t, mustOpen(t, path))); n != jobs {
		t.Errorf("%d runs, want %d", n, jobs)
	}
}

// An addition that fails midway adds nothing.
func TestAddIsWhole(t *testing.T) {
	h := mustOpen(t, filepath.Join(t.TempDir(), "history.db"))
	good, bad := mustRun(t, resultOf(7, day), commit(1)), mustRun(t, resultOf(8, day.Add(1)), commit(2))
	bad.Measures = append(bad.Measures, bad.Measures[0])
	if _, err := h.Add(t.Context(), good, bad); err == nil {
		t.Fatal("Add accepted the same measure twice")
	}
	if runs := mustRuns(t, h); len(runs) != 0 {
		t.Errorf("%d runs are left, want 0", len(runs))
	}
}

func FuzzNewRun(f *testing.F) {
	raw, err := json.Marshal(resultOf(7.4, day))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Add([]byte(`{"targets":[{"name":"a"},{"name":"b"}],"gate":{"sessions":[{"quads":[{"blocks":[{"target":"a","seconds":0}]}]}],"checks":[{"name":"throughput","ratio":1}]}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		var r result.Result
		if json.Unmarshal(raw, &r) != nil {
			return
		}
		run, err := history.NewRun(&r, raw)
		if err != nil {
			return
		}
		for i, m := range run.Measures {
			if m.Target == "" || !(m.Value > 0) || math.IsInf(m.Value, 1) || i > 0 && told(run.Measures[i-1:i]) == told(run.Measures[i:i+1]) {
				t.Errorf("measures of %q: %+v", raw, run.Measures)
			}
		}
		history.Compare([]history.Run{run}, history.Filter{})
	})
}

// A stored result that unpacks to an implausible size is refused.
func TestRawIsBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history.db")
	h := mustOpen(t, path)
	if _, err := h.Add(t.Context(), mustRun(t, resultOf(7.4, day), commit(3))); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("UPDATE runs SET result = ?", zeros(t, 80<<20)); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Raw(t.Context(), 1); !errors.Is(err, input.ErrInflates) {
		t.Errorf("got %v, want %v", err, input.ErrInflates)
	}
}

// zeros returns a number of zeros, compressed.
func zeros(t *testing.T, n int) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(make([]byte, n)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
