package order_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/classibench/classibench/bench/parity/order"
	"github.com/classibench/classibench/bench/parity/trial"
)

// after returns a finding of a lifetime that needs some requests before its victim.
func after(place, got string, urls ...string) order.Finding {
	f := order.Finding{Kind: "lifetime", Place: place, Got: got}
	for i, url := range urls {
		f.Sequence = append(f.Sequence, trial.Step{Request: get(url), Visitor: i % 2})
	}
	return f
}

func TestGroupByHand(t *testing.T) {
	port := after("header Server", "starman", "/b")
	port.Kind = "port"
	for _, c := range []struct {
		name     string
		findings []order.Finding
		want     [][]int
	}{
		{"none", nil, nil},
		{"one poison, one place", []order.Finding{after("html p", "ann", "/login", "/a"), after("html p", "bob", "/login", "/b")}, [][]int{{0, 1}}},
		{"one poison, one value", []order.Finding{after("html p", "ann", "/login", "/a"), after("html h1", "ann", "/login", "/b")}, [][]int{{0, 1}}},
		{"one poison, two effects", []order.Finding{after("html p", "ann", "/login", "/a"), after("status", "404", "/login", "/b")}, [][]int{{0}, {1}}},
		{"two poisons, one victim and place", []order.Finding{after("html p", "1", "/x", "/z", "/a"), after("html p", "2", "/y", "/a")}, [][]int{{1, 0}}},
		{"two poisons, two victims", []order.Finding{after("html p", "1", "/x", "/a"), after("html p", "2", "/y", "/b")}, [][]int{{0}, {1}}},
		{"joined by the last", []order.Finding{after("html p", "1", "/x", "/a"), after("html p", "2", "/y", "/b"), after("html p", "3", "/x", "/b")}, [][]int{{0, 1, 2}}},
		{"two orders of the same requests", []order.Finding{after("html ul > li", "car", "/car", "/boat"), after("html ul > li[1]", "boat", "/boat", "/car")}, [][]int{{0, 1}}},
		{"the same requests, some of them twice", []order.Finding{after("html h1", "cars", "/car", "/boat", "/car"), after("html h1", "boats", "/boat", "/car", "/boat")}, [][]int{{0, 1}}},
		{"two orders of the same requests, two effects", []order.Finding{after("html p", "car", "/car", "/boat"), after("status", "404", "/boat", "/car")}, [][]int{{0}, {1}}},
		{"two that each poison themselves", []order.Finding{after("html p", "car", "/car", "/car"), after("html p", "boat", "/boat", "/boat")}, [][]int{{0}, {1}}},
		{"two kinds", []order.Finding{after("header Server", "starman", "/b"), port}, [][]int{{0}, {1}}},
		{"no value", []order.Finding{after("html p", "", "/x", "/a"), after("html h1", "", "/x", "/b")}, [][]int{{0}, {1}}},
		{"without a sequence", []order.Finding{{Kind: "growth"}, {Kind: "growth"}}, [][]int{{0}, {1}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := order.Group(c.findings); !cmp.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// Cleaners among 100 requests, one of which is the poison.
func TestCleaners(t *testing.T) {
	for _, c := range []struct {
		name  string
		count int
		rate  float64
		most  int // probes
	}{
		{"none", 0, 0, 1}, {"one", 1, 0, 15}, {"two", 2, 0, 27}, {"four", 4, 0, 48}, {"none, flickers", 0, 0.3, 60}, {"one, flickers", 1, 0.3, 140},
	} {
		t.Run(c.name, func(t *testing.T) {
			right, most := 0, 0
			for seed := range uint64(200) {
				r := rand.New(rand.NewPCG(seed, 2))
				requests := numbered(101, 1, r)
				urls := chosen(c.count+1, requests, r)
				r.Shuffle(len(urls), func(i, j int) { urls[i], urls[j] = urls[j], urls[i] })
				program := &simulated{poisons: urls[:1], cleaners: urls[1:], rate: c.rate, random: r}
				shrunk := order.Shrunk{Sequence: trial.Sequence{{Request: get(urls[0])}, {Request: get("/victim"), Visitor: 1}}, Shown: 1, Repeated: 1}
				if c.rate > 0 {
					shrunk.Shown, shrunk.Repeated = 3, 10
				}
				var all []trial.Request
				for _, step := range requests {
					all = append(all, step.Request)
				}
				got, err := order.Cleaners(t.Context(), shrunk, all, program.probe, order.Options{})
				if err != nil {
					t.Fatal(err)
				}
				if sameURLs(got, urls[1:]) {
					right++
				} else if c.rate == 0 {
					t.Fatalf("seed %d: got %v, want %v", seed, got, urls[1:])
				}
				most = max(most, program.probes)
			}
			t.Logf("right in %d of 200, at most %d probes", right, most)
			if right < 175 || most > c.most {
				t.Errorf("got %d right and %d probes, want at least 175 and at most %d", right, most, c.most)
			}
		})
	}
}

func sameURLs(requests []trial.Request, urls []string) bool {
	var got []string
	for _, r := range requests {
		got = append(got, r.URL)
	}
	slices.Sort(got)
	return slices.Equal(got, slices.Sorted(slices.Values(urls)))
}

// A cleaner is sent before everything that is sent at the same time as the victim.
func TestCleanersOfABatch(t *testing.T) {
	program := &simulated{poisons: []string{"/p"}, together: true, cleaners: []string{"/c"}}
	s := trial.Sequence{{Request: get("/p"), Batch: 1}, {Request: get("/v"), Batch: 1, Visitor: 1}}
	got, err := order.Cleaners(t.Context(), order.Shrunk{Sequence: s, Shown: 3, Repeated: 3}, []trial.Request{get("/c"), get("/d"), get("/p")}, program.probe, order.Options{})
	if err != nil || len(got) != 0 || program.probes != 1 {
		t.Errorf("got %v, %v after %d probes, want no cleaner after one probe", got, err, program.probes)
	}
}

// No cleaner is looked for if nothing can be hidden.
func TestCleanersOfNothing(t *testing.T) {
	program := &simulated{}
	for _, s := range []order.Shrunk{{}, {Sequence: trial.Sequence{{Request: get("/")}}, Shown: 3, Repeated: 3}, {Sequence: make(trial.Sequence, 2), Repeated: 9}} {
		if got, err := order.Cleaners(t.Context(), s, []trial.Request{get("/c")}, program.probe, order.Options{}); got != nil || err != nil || program.probes != 0 {
			t.Errorf("%+v: got %v, %v after %d probes", s, got, err, program.probes)
		}
	}
}
