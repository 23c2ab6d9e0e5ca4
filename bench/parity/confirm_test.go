package parity

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/classibench/classibench/bench/parity/trial"
)

// Of n+m requests, k showed a difference, and all of them were among the n that the candidate
// got: C(n,k)/C(n+m,k).
func TestByChance(t *testing.T) {
	for _, c := range []struct {
		shown, sent, others int
		want                float64
	}{
		{1, 1, 1, 1. / 2}, {3, 3, 6, 1. / 84}, {4, 4, 4, 1. / 70}, {1, 10, 10, 1. / 2}, {3, 10, 30, 120. / 9880}, {2, 2, 0, 1}, {0, 5, 5, 1},
	} {
		if got := byChance(c.shown, c.sent, c.others); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%d of %d and none of %d: got %v, want %v", c.shown, c.sent, c.others, got, c.want)
		}
	}
}

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
