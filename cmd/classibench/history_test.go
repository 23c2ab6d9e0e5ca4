package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/classibench/classibench/bench"
	"github.com/classibench/classibench/internal/history"
)

// classibench runs the command and returns what it printed.
func classibench(t *testing.T, args ...string) []byte {
	t.Helper()
	var out, talk bytes.Buffer
	if code := run(t.Context(), args, strings.NewReader(""), &out, &talk); code != exitFine {
		t.Fatalf("classibench %s: exit code %d: %s", strings.Join(args, " "), code, talk.String())
	}
	return out.Bytes()
}

// addPast adds sixty results to a history, three a week, of a program that
// loses a share each week, and once more in the 36th run.
func addPast(t *testing.T, weekly, once float64) {
	t.Helper()
	t.Chdir(t.TempDir())
	r := rand.New(rand.NewPCG(3, 5))
	for i := range 60 {
		gain := 7.4 * math.Pow(1-weekly, float64(i)/3) * math.Exp(0.01*r.NormFloat64())
		if i >= 36 {
			gain *= 1 - once
		}
		b, err := json.Marshal(&bench.Result{
			Schema: bench.Schema, Began: time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC).AddDate(0, 0, 7*i/3),
			Scenario: bench.Scenario{Name: "peak-hour", Seed: 1, Ads: 50000}, Environment: bench.Environment{CPU: "Example 3000", Cores: 2},
			Targets: []bench.Target{{Name: "cgi"}, {Name: "persistent"}},
			Capacity: &bench.Capacity{
				Throughput: map[string]bench.Throughput{"cgi": {RPS: 612}, "persistent": {RPS: 612 * gain}},
				Gain:       &bench.Gain{Candidate: "persistent", Ratio: gain, Low: gain * 0.99, High: gain * 1.01, Level: 0.95},
			},
			Verdict: bench.Verdict{Valid: true},
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile("result.json", b, 0o644); err != nil {
			t.Fatal(err)
		}
		classibench(t, "history", "add", "--commit", fmt.Sprintf("%040x", i), "result.json")
	}
}

func shownGain(t *testing.T) history.Series {
	t.Helper()
	var groups []history.Group
	if err := json.Unmarshal(classibench(t, "history", "show", "--metric", "gain", "--json"), &groups); err != nil {
		t.Fatal(err)
	}
	if len(groups) != 1 || len(groups[0].Series) != 1 || len(groups[0].Series[0].Points) != 60 {
		t.Fatalf("groups = %+v, want one with a series of 60 points", groups)
	}
	return groups[0].Series[0]
}

// TestHistoryFindsWhatNoGateSees is the history from end to end: a loss of 1% a
// week passes a gate each time, and a change of −6% may hide in it.
func TestHistoryFindsWhatNoGateSees(t *testing.T) {
	addPast(t, 0.01, 0.06)
	s := shownGain(t)
	found := false
	for _, step := range s.Steps {
		found = found || step.To.Hash == fmt.Sprintf("%040x", step.After) && step.After >= 35 && step.After <= 37 && step.High < -0.04
		if step.Change > 0 {
			t.Errorf("a gain of %+.1f%% is marked at run %d, where there was none", 100*step.Change, step.After)
		}
	}
	if !found {
		t.Errorf("the change of −6%% at run 36 is not among the steps %+v", s.Steps)
	}
	if text := string(classibench(t, "history", "show", "--out", "site")); strings.Count(text, "▼") != len(s.Steps) {
		t.Errorf("%d steps, but the table marks others:\n%s", len(s.Steps), text)
	}
	for _, name := range []string{"history.html", "history-gain-persistent.svg", "history-gain-persistent.png"} {
		if _, err := os.Stat(filepath.Join("site", name)); err != nil {
			t.Error(err)
		}
	}
}

func TestHistoryOfASteadyProgram(t *testing.T) {
	addPast(t, 0, 0)
	if s := shownGain(t); len(s.Steps) > 0 {
		t.Errorf("steps %+v, want none", s.Steps)
	}
}
