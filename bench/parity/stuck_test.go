package parity

import (
	"context"
	"crypto/md5"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/result"
)

// digest shows a value that is made of the second, as an ETag may be.
func digest(*data) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("ETag", fmt.Sprintf(`"%x"`, md5.Sum([]byte(time.Now().Format(time.DateTime)))))
		html(w, "<p>Hello</p>")
	}
}

// nonce shows a value that is made once for each process.
func nonce(*data) http.HandlerFunc {
	made := fmt.Sprintf(`"%x"`, md5.Sum(fmt.Append(nil, time.Now().UnixNano())))
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("ETag", made)
		html(w, "<p>Hello</p>")
	}
}

// A slow baseline needs more than a second for what the candidate does within one, so only the
// candidate repeats a digest of the second. After a pause it repeats it no more.
func TestAValueThatIsStillStuck(t *testing.T) {
	for name, c := range map[string]struct {
		app       app
		explained bool
	}{"a digest of the second": {digest, true}, "a value of the process": {nonce, false}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h, f := stuck(t, c.app, c.app)
				if err := h.confirm(t.Context(), f); err != nil || f.explained != c.explained || f.open != "" {
					t.Errorf("got %v, explained: %v, open: %q; want explained: %v", err, f.explained, f.open, c.explained)
				}
			})
		})
	}
}

// A value that is repeated after other requests is looked for without them first.
func TestAValueThatIsRepeatedLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := simulate(nonce, nonce)
		h, q := s.hunt(t), given(gets("/a", "/b", "/c", "/a"))
		first, err := h.pair.expected(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		again, err := h.pair.again(t.Context(), q, first)
		if err != nil {
			t.Fatal(err)
		}
		h.judge.learn(t.Context(), first, again)
		both, err := h.pair.play(t.Context(), q, trial.How{})
		if err != nil {
			t.Fatal(err)
		}
		s.asked()
		if err := h.examineStuck(t.Context(), q, both); err != nil || len(h.findings) != 1 || len(h.findings[0].best) != 2 || !h.findings[0].shrunk.Minimal {
			t.Fatalf("got %d findings, %v, want one of two requests", len(h.findings), err)
		}
		if old, _ := s.asked(); slices.ContainsFunc(old, func(line string) bool { return !strings.HasSuffix(line, "/a") }) {
			t.Errorf("got requests %q, want those to /a only", old)
		}
	})
}

// seldom repeats a value in its first process, and then in those from a number on; 0 is none.
func seldom(from int) app {
	started := 0
	return func(d *data) http.HandlerFunc {
		started++
		if made := nonce(d); started == 1 || from > 0 && started >= from {
			return made
		}
		return func(w http.ResponseWriter, r *http.Request) { nonce(d)(w, r) }
	}
}

// A value that has shown in 3 of 10 trials does not show in the next 6 in one case of 8: then it is
// looked for more often, or left open.
func TestAValueThatIsSeldomStuck(t *testing.T) {
	for name, c := range map[string]struct {
		from            int
		left            time.Duration
		explained, open bool
	}{
		"in the 6th trial": {7, time.Minute, false, false}, "in the 7th": {8, 3 * time.Minute, false, false},
		"in the 7th, no time": {8, time.Minute, false, true}, "in the 13th": {14, 10 * time.Minute, false, false},
		"never": {0, 10 * time.Minute, true, false}, "never, no time": {0, time.Minute, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h, f := stuck(t, nonce, seldom(c.from))
				f.shrunk.Shown, f.shrunk.Repeated = 3, 10
				ctx, cancel := context.WithTimeoutCause(t.Context(), c.left, errSpent)
				defer cancel()
				if err := h.confirm(ctx, f); err != nil || f.explained != c.explained || f.open != "" != c.open {
					t.Errorf("got %v, explained: %v, open: %q; want explained: %v, open: %v", err, f.explained, f.open, c.explained, c.open)
				}
			})
		})
	}
}

// At what moment of an answer a program read its clock is not known, so after an answer that took
// long the pause is longer.
func TestAClockOfASlowBaselineThatStandsStill(t *testing.T) {
	for _, requests := range [][]trial.Request{gets("/a"), gets("/a", "/b")} {
		for _, took := range []time.Duration{200 * time.Millisecond, time.Second, 3 * time.Second} {
			t.Run(fmt.Sprint(len(requests), " pages, ", took), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := simulate(stopped, stopped)
					s.old.took = took
					v := s.verify(t, Plan{Requests: requests, Budget: time.Minute + 120*took})
					if len(v.Findings) == 0 {
						t.Fatalf("got no finding, reasons %q", v.Reasons)
					}
					if f := v.Findings[0]; f.Kind != result.KindLifetime || f.Length != 2 || !f.Minimal {
						t.Errorf("got %s by %s, minimal: %v, want two requests", f.Kind, urls(f), f.Minimal)
					}
				})
			})
		}
	}
}

// Without the time for the pause nothing can be told.
func TestAValueThatMayBeStuck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, f := stuck(t, nonce, nonce)
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, errSpent)
		defer cancel()
		if err := h.confirm(ctx, f); !errors.Is(err, errSpent) || f.explained || f.open == "" {
			t.Errorf("got %v, explained: %v, open: %q; want it open", err, f.explained, f.open)
		}
	})
}

// stuck returns a finding of a value that the candidate repeats in two requests, within a second
// of its own, while the baseline shows two.
func stuck(t *testing.T, old, stays app) (*hunt, *found) {
	t.Helper()
	s := simulate(old, stays)
	s.old.took, s.new.start = 600*time.Millisecond, 0
	h := s.hunt(t)
	q := given(gets("/", "/"))
	first, err := h.pair.expected(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(3 * time.Second) // until the second is another one
	again, err := h.pair.again(t.Context(), q, first)
	if err != nil {
		t.Fatal(err)
	}
	h.judge.learn(t.Context(), first, again)
	time.Sleep(time.Until(time.Now().Truncate(time.Second).Add(time.Second)))
	f := &found{candidate: "new", kind: "lifetime"}
	both, err := h.pair.play(t.Context(), q, trial.How{})
	if err != nil {
		t.Fatal(err)
	}
	all := h.judge.stuck(both.Baseline, both.Candidate)
	if len(all) != 1 {
		t.Fatalf("got %d repeated values, want one: %v", len(all), both.Candidate[0].Answer.Header)
	}
	f.see(q, both, clue{step: 1, differences: all})
	f.shrunk.Shown, f.shrunk.Repeated = 1, 1
	time.Sleep(time.Until(time.Now().Truncate(time.Second).Add(time.Second)))
	return h, f
}
