package order_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/classibench/classibench/bench/parity/order"
	"github.com/classibench/classibench/bench/parity/trial"
)

// The number of probes stays below the bound of QuickXplain, 2k·log2(n/k) + 2k, plus
// those that reproduce, check and repeat the difference; for any number of poisons.
func TestShrinkManyPoisons(t *testing.T) {
	for _, k := range []int{1, 2, 4, 8, 16, 64, 256} {
		var d distribution
		const n = 1000
		bound := 2*float64(k)*math.Log2(n/float64(k)) + 2*float64(k)
		for seed := range uint64(3) {
			r := rand.New(rand.NewPCG(seed, 3))
			s := numbered(n, 1, r)
			program := &simulated{poisons: chosen(k, s, r)}
			got, err := order.Shrink(t.Context(), s, n-1, program.probe, order.Options{})
			if err != nil || len(got.Sequence) != k+1 || !got.Minimal {
				t.Fatalf("%d poisons: got %d steps, minimal %v, %v", k, len(got.Sequence), got.Minimal, err)
			}
			if most := int(bound) + k + 8; got.Probes > most {
				t.Errorf("%d poisons: got %d probes, want at most %d", k, got.Probes, most)
			}
			d.add(got)
		}
		d.log(t, fmt.Sprintf("%d poisons, bound %.0f", k, bound))
	}
}

// Random programs with poisons in order, cleaners among the requests, and a least number
// of requests: the sequence is minimal, nothing is sent
// twice but the final checks, and several probes at a time find the same length.
func TestShrinkNeverLosesMinimality(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 120).Draw(t, "requests")
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 4))
		s := numbered(n, rapid.IntRange(1, 4).Draw(t, "visitors"), r)
		program := &simulated{sent: map[string]int{}, ordered: rapid.Bool().Draw(t, "ordered")}
		program.poisons = chosen(rapid.IntRange(0, min(4, n-1)).Draw(t, "poisons"), s, r)
		program.cleaners = chosen(rapid.IntRange(0, min(4, n-1)).Draw(t, "cleaners"), s, r)
		program.times = rapid.IntRange(0, min(20, n-1)).Draw(t, "times")
		if !program.shows(s) {
			program.cleaners = nil
		}
		o := order.Options{Parallel: rapid.IntRange(1, 4).Draw(t, "parallel")}
		got, err := order.Shrink(context.Background(), s, n-1, program.probe, o)
		if err != nil || !got.Minimal || !program.minimal(got.Sequence) || got.Rate() != 1 {
			t.Fatalf("got %+v, %v, want a minimal sequence", got, err)
		}
		for what, times := range program.sent {
			if times > 2 && what != fmt.Sprint(got.Sequence) || times > 3 {
				t.Fatalf("%s was sent %d times", what, times)
			}
		}
	})
}

// Cleaners between poisons make the program not monotone: a part of a sequence can show
// the difference where the whole does not. The result still shows it and is minimal.
func TestShrinkWithCleanersBetween(t *testing.T) {
	var d distribution
	for seed := range uint64(fewer) {
		r := rand.New(rand.NewPCG(seed, 5))
		s := numbered(1000, 2, r)
		at := chosen(12, s, r)
		program := &simulated{poisons: []string{at[11]}, cleaners: at[:11]}
		if seed%2 == 0 { // the poison comes twice, and a cleaner between hides the first
			s[100].Request, s[500].Request = get(at[11]), get(at[3])
		}
		got, err := order.Shrink(t.Context(), s, len(s)-1, program.probe, order.Options{})
		if err != nil || len(got.Sequence) != 2 || !got.Minimal || !program.minimal(got.Sequence) {
			t.Fatalf("seed %d: got %+v, %v", seed, got, err)
		}
		d.add(got)
	}
	d.log(t, "one poison, cleaners before it")
}

// A race: the poison works only at the same time as the victim. The batch stays, the
// victim becomes its last step, and other batches are taken apart.
func TestShrinkABatch(t *testing.T) {
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(seed, 7))
		s := numbered(200, 4, r)
		for i := range s {
			s[i].Batch = 1 + i/4
		}
		victim := 196 + r.IntN(3)
		program := &simulated{poisons: []string{s[victim+1].Request.URL}, together: true}
		got, err := order.Shrink(t.Context(), s, victim, program.probe, order.Options{})
		if err != nil {
			t.Fatal(err)
		}
		want := fmt.Sprintf("%s0/1 %s0/1", program.poisons[0], s[victim].Request.URL)
		if written(got.Sequence) != want || !got.Minimal {
			t.Fatalf("got %s, minimal %v, want %s", written(got.Sequence), got.Minimal, want)
		}
	}
}

// A poison that needs no batch is shown without one.
func TestShrinkTakesBatchesApart(t *testing.T) {
	s := trial.Sequence{{Request: get("/a"), Batch: 1}, {Request: get("/p"), Batch: 1}, {Request: get("/v"), Batch: 2}, {Request: get("/w"), Batch: 2}}
	program := &simulated{poisons: []string{"/p"}}
	got, err := order.Shrink(t.Context(), s, 2, program.probe, order.Options{})
	if err != nil || written(got.Sequence) != "/p0 /v0" {
		t.Errorf("got %s, %v", written(got.Sequence), err)
	}
}

// A step that others need is kept with them: the poison works only after its login, and
// needs no more probes for it.
func TestShrinkKeepsNeedsTogether(t *testing.T) {
	var d distribution
	for seed := range uint64(fewer) {
		r := rand.New(rand.NewPCG(seed, 8))
		s := numbered(1000, 1, r)
		poisons := chosen(2, s, r)
		program := &simulated{poisons: poisons, ordered: true}
		needs := make([][]int, len(s))
		first := slices.IndexFunc(s, func(step trial.Step) bool { return step.Request.URL == poisons[0] })
		for i := first + 1; i < len(s)-1; i++ {
			needs[i] = []int{first} // it set a cookie
		}
		got, err := order.Shrink(t.Context(), s, len(s)-1, program.probe, order.Options{Needs: needs})
		if err != nil || len(got.Sequence) != 3 || !got.Minimal {
			t.Fatalf("got %s, %v", written(got.Sequence), err)
		}
		if got.Probes > 25 {
			t.Fatalf("seed %d: got %d probes, want at most 25", seed, got.Probes)
		}
		d.add(got)
	}
	d.log(t, "one poison after its login")
}

// Each form is in the answer to the one before, so a step is kept with all forms before it, which
// are a third of the requests. The poisons need none of them.
func TestShrinkOfLongNeeds(t *testing.T) {
	for poisons, most := range map[int]int{1: 24, 2: 48} {
		var d distribution
		for seed := range uint64(fewer) {
			r := rand.New(rand.NewPCG(seed, 10))
			s := numbered(1000, 1, r)
			program := &simulated{poisons: chosen(poisons, s, r)}
			needs := make([][]int, len(s))
			for i := 3; i < len(s); i++ {
				needs[i] = []int{(i - 1) / 3 * 3}
			}
			got, err := order.Shrink(t.Context(), s, len(s)-1, program.probe, order.Options{Needs: needs})
			if err != nil || len(got.Sequence) != poisons+1 || !got.Minimal || !program.minimal(got.Sequence) {
				t.Fatalf("seed %d: got %s, %v", seed, written(got.Sequence), err)
			}
			if got.Probes > most {
				t.Fatalf("seed %d: got %d probes, want at most %d", seed, got.Probes, most)
			}
			d.add(got)
		}
		d.log(t, fmt.Sprintf("%d poisons among long needs", poisons))
	}
}

// Several probes at a time: the same result in fewer rounds.
func TestShrinkInParallel(t *testing.T) {
	for _, parallel := range []int{2, 4, 8} {
		var d distribution
		for seed := range uint64(30) {
			r := rand.New(rand.NewPCG(seed, 9))
			s := numbered(1000, 2, r)
			program := &simulated{poisons: chosen(2, s, r)}
			got, err := order.Shrink(t.Context(), s, len(s)-1, program.probe, order.Options{Parallel: parallel})
			if err != nil || len(got.Sequence) != 3 || !got.Minimal {
				t.Fatalf("got %s, %v", written(got.Sequence), err)
			}
			d.add(got)
		}
		d.log(t, fmt.Sprintf("two poisons, %d at a time", parallel))
	}
}

// Headers, parameters and fields that the difference does not need are dropped.
func TestShrinkSimplifies(t *testing.T) {
	poison := trial.Request{Method: "POST", URL: "/post?a=1&b=2", Body: "x=1&lang=de&y=2", Header: map[string][]string{"Accept": {"*/*"}, "User-Agent": {"x"}}}
	s := trial.Sequence{{Request: get("/a")}, {Request: poison}, {Request: get("/v?q=1")}}
	probe := func(_ context.Context, s trial.Sequence) (bool, error) {
		return slices.ContainsFunc(s[:len(s)-1], func(step trial.Step) bool {
			return strings.Contains(step.Request.Body, "lang=de") && step.Request.Header["Accept"] != nil
		}), nil
	}
	got, err := order.Shrink(t.Context(), s, 2, probe, order.Options{Simplify: true})
	if err != nil || len(got.Sequence) != 2 || !got.Minimal {
		t.Fatalf("got %+v, %v", got, err)
	}
	r := got.Sequence[0].Request
	if r.URL != "/post" || r.Body != "lang=de" || len(r.Header) != 1 || got.Sequence[1].Request.URL != "/v" {
		t.Errorf("got %+v, want the field lang, the header Accept and no parameter", got.Sequence)
	}
	if len(poison.Header) != 2 {
		t.Error("the request that was given has lost a header")
	}
}
