package parity

import (
	"context"
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

// Two sides begin each batch together, until one of them has ended.
func TestSteps(t *testing.T) {
	s := &steps{here: make(chan struct{}), gone: make(chan struct{})}
	at := make(chan int, 100)
	together(2, func(i int) {
		defer s.leave()
		for batch := range 5 + 5*i {
			s.meet(context.Background())
			at <- batch
		}
	})
	for i := range 10 {
		if got := <-at; got != i/2 {
			t.Fatalf("answer %d is of batch %d, want %d", i, got, i/2)
		}
	}
	if len(at) != 5 {
		t.Errorf("got %d batches of one side alone, want 5", len(at))
	}
}

func hello(*data) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { html(w, "<p>Hello</p>") }
}

// With both sides in step, each batch gets to both at the same moment, although one takes longer
// to start, to answer and to start again.
func TestBothSidesAreAskedAtTheSameMoment(t *testing.T) {
	all := gets("/a", "/b", "/c", "/d", "/e")
	q := given(all)
	q[1].Pause, q[2].Batch, q[3].Batch = 3*time.Second, 1, 1
	for _, how := range []trial.How{{}, {Fresh: true}, {Last: true}} {
		t.Run(fmt.Sprintf("%+v", how), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := simulate(hello, hello)
				s.old.took, s.new.start = time.Second, 400*time.Millisecond
				h := s.hunt(t)
				if _, err := h.pair.playInStep(t.Context(), q, how); err != nil {
					t.Fatal(err)
				}
				old, stays := s.asked()
				if !slices.Equal(old, stays) || len(old) != len(q) {
					t.Errorf("in step: the baseline got %v, the candidate %v", old, stays)
				}
				if _, err := h.pair.play(t.Context(), q, how); err != nil {
					t.Fatal(err)
				}
				if old, stays := s.asked(); slices.Equal(old, stays) {
					t.Errorf("at their own pace, both got %v", old)
				}
			})
		})
	}
}

// A side that fails does not hold up the other one.
func TestASideThatFailsInStep(t *testing.T) {
	full := errors.New("no space left")
	for _, broken := range []string{"old", "new"} {
		t.Run(broken, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := simulate(hello, hello)
				map[string]*simulated{"old": s.old, "new": s.new}[broken].broken = full
				h := s.hunt(t)
				if _, err := h.pair.playInStep(t.Context(), given(gets("/a", "/b")), trial.How{}); !errors.Is(err, full) {
					t.Errorf("got %v, want %v", err, full)
				}
			})
		})
	}
}

// Pages are remade after a second, or name a time ago: what they show depends on how fast a side
// is, and in step it does not.
func TestTimeIsNoDifference(t *testing.T) {
	for name, program := range map[string]app{"a page that is kept for a second": keptPage, "a limit per second": limited} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := simulate(program, program)
				s.old.took = 700 * time.Millisecond
				v := s.verify(t, Plan{Requests: append(gets("/", "/more"), posts("/", "text=Hello"))})
				if len(v.Findings) > 0 {
					t.Errorf("got %d findings", len(v.Findings))
				}
				told := slices.ContainsFunc(v.Warnings, func(w result.Warning) bool { return strings.Contains(w.Text, "at other times than the baseline") })
				if !told {
					t.Errorf("got warnings %v, want one of the time", v.Warnings)
				}
			})
		})
	}
}

// keptPage makes its page again when it is older than a second.
func keptPage(d *data) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		d.mu.Lock()
		defer d.mu.Unlock()
		if r.Method == "POST" {
			d.count++
		}
		if time.Since(d.at) > time.Second {
			d.at, d.shown = time.Now(), fmt.Sprintf("<p>%d posts</p>", d.count)
		}
		html(w, "<h1>%s</h1>%s", r.URL.Path, d.shown)
	}
}

// limited refuses more than two requests in a second.
func limited(d *data) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		d.mu.Lock()
		defer d.mu.Unlock()
		if time.Since(d.at) > time.Second {
			d.at, d.count = time.Now(), 0
		}
		if d.count++; d.count > 2 {
			http.Error(w, "too many requests", http.StatusTooManyRequests)
			return
		}
		html(w, "<p>Welcome to %s</p>", r.URL.Path)
	}
}
