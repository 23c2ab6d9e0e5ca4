package parity

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/classibench/classibench/bench/parity/trial"
)

// hangsAt returns a program that never answers a path.
func hangsAt(path string) app {
	return func(*data) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == path {
				<-r.Context().Done()
				return
			}
			html(w, "<p>%s</p>", r.URL.Path)
		}
	}
}

// Both sides are asked at the same time. How long an answer may take is known when the baseline
// has given its own: a candidate that hangs must not take the longest time then.
func TestAnAnswerIsAwaitedAsLongAsTheBaselineTells(t *testing.T) {
	q := given(gets("/a", "/b"))
	for name, c := range map[string]struct {
		old, new string        // paths at which they hang
		took     time.Duration // by the baseline for an answer
		want     string        // failure of the candidate
		within   time.Duration // of the candidate's missing answer
	}{
		"a fast baseline":         {"", "/b", 60 * time.Millisecond, "no answer within 1s", time.Second},
		"a slow one":              {"", "/b", 2 * time.Second, "no answer within 16s", 16 * time.Second},
		"one that hangs, too":     {"/b", "/b", 60 * time.Millisecond, "no answer within 30s", mostLimit},
		"a first request":         {"", "/a", 60 * time.Millisecond, "no answer within 1s", time.Second},
		"one that takes too long": {"", "/b", 29 * time.Second, "no answer within 30s", mostLimit},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := simulate(hangsAt(c.old), hangsAt(c.new))
				s.old.took = c.took
				h := s.hunt(t, gets("/a", "/b")...)
				got, err := h.pair.play(t.Context(), q, trial.How{})
				if err != nil {
					t.Fatal(err)
				}
				for i, e := range got.Candidate {
					if want := map[bool]string{true: c.want}[e.Step.Request.URL == c.new]; e.Answer.Failure != want {
						t.Errorf("step %d: got %q, want %q", i, e.Answer.Failure, want)
					}
					if e.Answer.Failure != "" && e.Answer.Took > max(c.within, c.took*time.Duration(len(q))+30*time.Millisecond) {
						t.Errorf("step %d took %v, want %v", i, e.Answer.Took, c.within)
					}
				}
			})
		})
	}
}
