package parity

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/classibench/classibench/bench/result"
)

// failing returns a program whose first requests fail, whichever process gets them.
func failing(requests int) app {
	return func(*data) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			if requests--; requests >= 0 {
				http.Error(w, "database is locked", http.StatusServiceUnavailable)
				return
			}
			html(w, "<p>Hello</p>")
		}
	}
}

// A baseline may fail now and then. One that fails each time does not work.
func TestABaselineThatWorks(t *testing.T) {
	q := given(gets("/a", "/b"))
	for name, c := range map[string]struct {
		failures, runs int
		works          bool
	}{
		"it works": {0, 1, true}, "one request fails": {1, 1, true}, "a run fails": {2, 2, true}, "two runs and a half": {5, 3, true}, "three runs": {6, 3, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := simulate(failing(c.failures), hello)
				h := s.hunt(t)
				run, err := h.working(t.Context(), q)
				_, fails := errors.AsType[*BaselineError](err)
				if fails == c.works || !fails && (err != nil || len(run) != len(q)) || len(s.old.asked) != c.runs*len(q) {
					t.Errorf("got %v after %d requests, want works: %v after %d runs of %d", err, len(s.old.asked), c.works, c.runs, len(q))
				}
			})
		})
	}
}

// An answer of the baseline that varies in its status cannot be compared. If that shows late, the
// result names it all the same, and there is no finding.
func TestAnAnswerThatVariesLate(t *testing.T) {
	for name, after := range map[string]time.Duration{"at once": 0, "after the search for what varies": 20 * time.Second, "in the end": 50 * time.Second} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var seldom atomic.Int64
				began := time.Now()
				varies := func(*data) http.HandlerFunc {
					return func(w http.ResponseWriter, r *http.Request) {
						if n := seldom.Add(1); time.Since(began) > after && n%5 == 0 {
							w.WriteHeader(http.StatusNotFound)
						}
						html(w, "<p>%s</p>", r.URL.Path)
					}
				}
				s := simulate(varies, func(*data) http.HandlerFunc {
					return func(w http.ResponseWriter, r *http.Request) { html(w, "<p>%s</p>", r.URL.Path) }
				})
				v := s.verify(t, Plan{Requests: gets("/a")})
				if reasons := strings.Join(v.Reasons, " "); v.Verdict != result.Unknown || !strings.Contains(reasons, `route "GET /a" of the baseline cannot be compared with itself: the status varies`) {
					t.Errorf("got verdict %s with %d findings, reasons %q; want unknown with the route", v.Verdict, len(v.Findings), reasons)
				}
			})
		})
	}
}

// Between two runs of the baseline that are compared, clocks go on, by the tick of the plan.
func TestTick(t *testing.T) {
	for _, tick := range []time.Duration{0, 100 * time.Millisecond} {
		synctest.Test(t, func(t *testing.T) {
			h := simulate(hello, hello).hunt(t)
			h.plan.Tick = tick
			h.pair = h.newPair(h.pair.baseline.candidate, h.pair.candidate.candidate, h.pair.memory)
			first, err := h.pair.expected(t.Context(), given(gets("/a")))
			if err != nil {
				t.Fatal(err)
			}
			second, err := h.pair.again(t.Context(), given(gets("/a")), first)
			if err != nil {
				t.Fatal(err)
			}
			least := cmp.Or(tick, time.Second)
			if got := second[0].Answer.At.Sub(first[0].Answer.At); got <= least || got > 2*least {
				t.Errorf("got %v between two runs, want more than %v", got, least)
			}
		})
	}
}

// A program that has nothing in common with itself proves nothing.
func TestABaselineThatVariesTooMuch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &dice{seed: 1}
		varies := func(*data) http.HandlerFunc {
			return func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader([]int{200, 404, 403, 410}[d.below(4)])
				fmt.Fprint(w, d.text())
			}
		}
		v := simulate(varies, varies).verify(t, Plan{Requests: gets("/a", "/b")})
		if v.Verdict != result.Unknown || !strings.Contains(strings.Join(v.Reasons, " "), `route "GET /`) {
			t.Errorf("got verdict %s, reasons %q, want unknown with the routes", v.Verdict, v.Reasons)
		}
	})
}

// Requests alone show nothing that stays in a process.
func TestTooShortABudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := simulate(hello, hello)
		s.old.took = 1100 * time.Millisecond
		v := s.verify(t, Plan{Requests: gets("/a", "/b"), Budget: 7 * time.Second})
		if got := strings.Join(v.Reasons, " "); v.Verdict != result.Unknown || !strings.Contains(got, "to answer GET /") {
			t.Errorf("got verdict %s, reasons %q, want unknown with the slow route", v.Verdict, got)
		}
	})
}

// "Same" of a part of the ordered pairs names the rest, and a budget in which all are tried.
func TestPairsThatAreLeft(t *testing.T) {
	for _, c := range []struct {
		routes       int
		took, budget time.Duration
		left         bool
	}{{2, time.Millisecond, 5 * time.Second, false}, {12, time.Millisecond, 10 * time.Second, false}, {12, time.Second, 2 * time.Minute, true}} {
		synctest.Test(t, func(t *testing.T) {
			var pages []string
			for i := range c.routes {
				pages = append(pages, fmt.Sprintf("/page%c", 'a'+i))
			}
			s := simulate(hello, hello)
			s.old.took = c.took
			v := s.verify(t, Plan{Requests: gets(pages...), Budget: c.budget})
			want := fmt.Sprintf("%d of %d ordered pairs of routes were not tried", v.Tried.PairsOf-v.Tried.OrderedPairs, v.Tried.PairsOf)
			warned := slices.ContainsFunc(v.Warnings, func(w result.Warning) bool {
				return strings.HasPrefix(w.Text, want) && strings.Contains(w.Text, "minutes (--budget ")
			})
			if v.Verdict != result.Same || warned != c.left {
				t.Errorf("%d routes of %v: got %s, %v, want %q: %v", c.routes, c.took, v.Verdict, v.Warnings, want, c.left)
			}
		})
	}
}
