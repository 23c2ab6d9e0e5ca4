package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/classibench/classibench/bench/result"
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

// addPast adds sixty results to a history, three a week, of a program that loses a share each
// week, and another share in the 36th run.
func addPast(t *testing.T, weekly, once float64) {
	t.Helper()
	t.Chdir(t.TempDir())
	r := rand.New(rand.NewPCG(3, 5))
	for i := range 60 {
		gain := 7.4 * math.Pow(1-weekly, float64(i)/3) * math.Exp(0.01*r.NormFloat64())
		if i >= 36 {
			gain *= 1 - once
		}
		writeResult(t, gain, time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC).AddDate(0, 0, 7*i/3))
		classibench(t, "history", "add", "--commit", fmt.Sprintf("%040x", i), "result.json")
	}
}

// writeResult writes the result of a run that found a gain.
func writeResult(t *testing.T, gain float64, began time.Time) {
	t.Helper()
	b, err := json.Marshal(&result.Result{
		Schema: result.Schema, Began: began,
		Scenario: result.Scenario{Name: "peak-hour", Seed: 1, Ads: 50000}, Environment: result.Environment{CPU: "Example 3000", Cores: 2},
		Targets: []result.Target{{Name: "cgi"}, {Name: "persistent"}},
		Capacity: &result.Capacity{
			Throughput: map[string]result.Throughput{"cgi": {RPS: 612}, "persistent": {RPS: 612 * gain}},
			Gain:       &result.Gain{Candidate: "persistent", Ratio: gain, Low: gain * 0.99, High: gain * 1.01, Level: 0.95},
		},
		Verdict: result.Verdict{Valid: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("result.json", b, 0o644); err != nil {
		t.Fatal(err)
	}
}

func shownGain(t *testing.T, points int) history.Series {
	t.Helper()
	var groups []history.Group
	if err := json.Unmarshal(classibench(t, "history", "show", "--metric", "gain", "--json"), &groups); err != nil {
		t.Fatal(err)
	}
	if len(groups) != 1 || len(groups[0].Series) != 1 || len(groups[0].Series[0].Points) != points {
		t.Fatalf("groups = %+v, want one with a series of %d points", groups, points)
	}
	return groups[0].Series[0]
}

// TestHistoryFindsWhatNoGateSees tests the history from end to end: a loss of 1% a week
// passes every gate, and may hide a change of −6%.
func TestHistoryFindsWhatNoGateSees(t *testing.T) {
	addPast(t, 0.01, 0.06)
	s := shownGain(t, 60)
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
	if s := shownGain(t, 60); len(s.Steps) > 0 {
		t.Errorf("steps %+v, want none", s.Steps)
	}
}

// TestHistoryAfterARebase: the commits of a rebase have the same date. Whatever the order in
// which their results are added, a loss shows as a loss. This also holds outside of the
// repository, and if the commits are gone.
func TestHistoryAfterARebase(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	t.Setenv("GIT_CONFIG_NOSYSTEM", "1")
	for _, who := range []string{"AUTHOR", "COMMITTER"} {
		t.Setenv("GIT_"+who+"_NAME", "Ann")
		t.Setenv("GIT_"+who+"_EMAIL", "ann@example.org")
		t.Setenv("GIT_"+who+"_DATE", "2026-03-13T08:00:00Z")
	}
	const commits, loss = 14, 7
	gitIn(t, "init", "-q", "-b", "main", ".")
	for i := range commits {
		gitIn(t, "commit", "-q", "--allow-empty", "-m", fmt.Sprint("change ", i))
	}
	for _, i := range rand.New(rand.NewPCG(1, 2)).Perm(commits) {
		gain := 7 + 0.01*float64(i%3)
		if i >= loss {
			gain *= 0.9
		}
		writeResult(t, gain, time.Date(2026, 3, 14, 9, i, 0, 0, time.UTC))
		classibench(t, "history", "add", "--commit", fmt.Sprint("HEAD~", commits-1-i), "result.json")
	}
	check := func(where string) {
		t.Helper()
		s := shownGain(t, commits)
		if len(s.Steps) != 1 || s.Steps[0].To.Subject != fmt.Sprint("change ", loss) || math.Abs(s.Steps[0].Change+0.1) > 0.01 {
			t.Errorf("%s: steps %+v, want −10%% at change %d", where, s.Steps, loss)
		}
	}
	check("in the repository")
	gitIn(t, "checkout", "-q", "--orphan", "fresh")
	gitIn(t, "commit", "-q", "--allow-empty", "-m", "anew")
	gitIn(t, "branch", "-q", "-D", "main")
	gitIn(t, "reflog", "expire", "--expire=now", "--all")
	gitIn(t, "gc", "-q", "--prune=now")
	check("when the commits are gone")
	if err := os.RemoveAll(".git"); err != nil {
		t.Fatal(err)
	}
	check("outside of the repository")
}

func gitIn(t *testing.T, args ...string) {
	t.Helper()
	if out, err := exec.Command("git", args...).CombinedOutput(); err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}
