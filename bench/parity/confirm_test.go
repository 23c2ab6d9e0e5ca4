package parity

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/classibench/classibench/bench/parity/trial"
)

// The shortest forms come first, and each keeps the victim at the end of its batch.
func TestFewerAtOnce(t *testing.T) {
	step := func(url string, batch int) trial.Step {
		return trial.Step{Request: trial.Request{Method: "GET", URL: url}, Batch: batch}
	}
	for name, c := range map[string]struct {
		q    trial.Sequence
		want []string
	}{
		"two at once":             {trial.Sequence{step("a", 1), step("v", 1)}, nil},
		"copies":                  {trial.Sequence{step("v", 1), step("v", 1), step("v", 1)}, []string{"v1 v1"}},
		"three at once":           {trial.Sequence{step("a", 1), step("b", 1), step("v", 1)}, []string{"a1 v1", "b1 v1"}},
		"after another":           {trial.Sequence{step("x", 0), step("a", 2), step("v", 2)}, []string{"a2 v2"}},
		"after others at once":    {trial.Sequence{step("x", 1), step("y", 1), step("a", 2), step("b", 2), step("v", 2)}, []string{"a2 v2", "b2 v2", "x0 y0 a2 v2", "x0 y0 b2 v2", "x0 y0 a2 b2 v2"}},
		"alone after two at once": {trial.Sequence{step("x", 1), step("y", 1), step("v", 0)}, []string{"x0 y0 v0"}},
	} {
		var got []string
		for _, form := range fewerAtOnce(c.q) {
			var words []string
			for _, step := range form {
				words = append(words, fmt.Sprint(step.Request.URL, step.Batch))
			}
			got = append(got, strings.Join(words, " "))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

// exclusive answers one of two requests at the same time, the one that comes first, and fails for
// the other one with a text. A request takes as many milliseconds as it names to come.
func exclusive(refusal string) app {
	return func(d *data) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			late, _ := strconv.Atoi(r.FormValue("late"))
			time.Sleep(time.Duration(late) * time.Millisecond)
			if !d.mu.TryLock() {
				http.Error(w, refusal, http.StatusServiceUnavailable)
				return
			}
			defer d.mu.Unlock()
			time.Sleep(10 * time.Millisecond) // this is its work
			html(w, "<p>saved</p>")
		}
	}
}

// What the baseline itself answers to requests at the same time is right.
func TestARaceOfTheBaseline(t *testing.T) {
	for name, c := range map[string]struct {
		baseline  string // how it refuses
		late      int    // of the victim
		known     int    // runs with the requests at the same time
		explained bool
		clashes   bool
		runs      int // that are sent
	}{
		"it gives this answer":              {"busy", 5, 0, true, true, 1},
		"it gives another answer":           {"locked", 5, 0, false, true, leastAtOnce},
		"it fails, but not for the victim":  {"busy", 0, 0, false, true, leastAtOnce},
		"some runs are known":               {"locked", 5, 2, false, true, leastAtOnce - 2},
		"enough runs are known":             {"locked", 5, leastAtOnce, false, false, 0},
		"a known one explains it, the next": {"busy", 5, 1, true, true, 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := simulate(exclusive(c.baseline), exclusive("busy"))
				h, f := rivals(t, s, c.late)
				for range c.known {
					h.keepAtOnce(keyOf(f.best), f.trial.Baseline)
				}
				s.asked()
				err := h.rivaled(t.Context(), f)
				asked, _ := s.asked()
				if err != nil || f.explained != c.explained || f.clashes != c.clashes || f.open != "" || len(asked) != c.runs*len(f.best) {
					t.Errorf("got %v, explained: %v, clashes: %v, open: %q after %d requests; want explained: %v, clashes: %v after %d runs", err, f.explained, f.clashes, f.open, len(asked), c.explained, c.clashes, c.runs)
				}
				if len(h.warnings) != btoi(c.explained) {
					t.Errorf("got warnings %v", h.warnings)
				}
			})
		})
	}
}

// saves saves whatever is under way.
func saves(*data) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { html(w, "<p>saved</p>") }
}

// A request that is answered wrongly beside the same one as the victim of a finding is another victim.
func TestAnotherVictimAtTheSameTime(t *testing.T) {
	for name, c := range map[string]struct {
		program app
		batch   int // of the requests that showed a difference
		joins   bool
	}{
		"at the same time":      {exclusive("busy"), 1, true},
		"one after the other":   {exclusive("busy"), 0, false},
		"of a program that can": {saves, 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h, f := rivals(t, simulate(saves, c.program), 5)
				h.findings = append(h.findings, f)
				q := given(gets("/?late=0", "/other?late=5"))
				q[0].Batch, q[1].Batch = c.batch, c.batch
				joins, err := h.joins(t.Context(), q, f.last)
				if err != nil || joins != c.joins || len(f.also) != btoi(c.joins) {
					t.Errorf("got %v, %v with %d more victims, want %v", joins, err, len(f.also), c.joins)
				}
			})
		})
	}
}

// Without the time to ask the baseline, nothing can be told.
func TestARaceThatTheBaselineMayHave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, f := rivals(t, simulate(exclusive("locked"), exclusive("busy")), 5)
		ctx, cancel := context.WithTimeoutCause(t.Context(), 100*time.Millisecond, errSpent)
		defer cancel()
		if err := h.rivaled(ctx, f); !errors.Is(err, errSpent) || f.explained || f.open == "" {
			t.Errorf("got %v, explained: %v, open: %q; want it open", err, f.explained, f.open)
		}
	})
}

// rivals returns a finding of two requests at the same time, of which the candidate refused the
// last one, and the baseline none when they came one after the other.
func rivals(t *testing.T, s simulation, late int) (*hunt, *found) {
	t.Helper()
	h := s.hunt(t)
	q := given(gets(fmt.Sprint("/save?late=", 5-late), fmt.Sprint("/save?late=", late)))
	baseline, err := h.pair.expected(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	candidate := slices.Clone(baseline)
	candidate[1].Answer.Status, candidate[1].Answer.Body = http.StatusServiceUnavailable, []byte("busy\n")
	candidate[1].Answer.Header = http.Header{"Content-Type": {"text/plain; charset=utf-8"}, "X-Content-Type-Options": {"nosniff"}}
	q[0].Batch, q[1].Batch = 1, 1
	f := &found{candidate: "new", kind: "concurrency"}
	both := trial.Trial{Baseline: baseline, Candidate: candidate}
	f.see(q, both, h.judge.clue(1, both))
	f.clue = f.last
	return h, f
}
