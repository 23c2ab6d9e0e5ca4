package order_test

import (
	"fmt"
	"slices"
	"strconv"
	"testing"

	"github.com/classibench/classibench/bench/parity/order"
	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/google/go-cmp/cmp"
)

// Visitors, and requests at the same time.
func TestPhasesOfVisitorsAndBatches(t *testing.T) {
	p := order.New([]trial.Request{get("a"), get("b"), get("c")}, 5)
	for name, want := range map[string][]string{
		"alone":                       {"a0", "b0", "c0"},
		"twice in a row":              {"a0 a0 a1", "b0 b0 b1", "c0 c0 c1"},
		"over new connections":        {"a0 b0 c0 a0 b0 c0 a0 b0 c0 a0 b0 c0 a0 b0 c0 a0 b0 c0", "a0 a0 a0 a0 a0 a0 b0 b0 b0 b0 b0 b0 c0 c0 c0 c0 c0 c0"},
		"visits after each other":     {"a0 b0 c0 a0 b0 c0 a1 b1 c1 a0 b0 c0"},
		"all twice in a row":          {"a0 a0 a1 b0 b0 b1 c0 c0 c1"},
		"order given":                 {"a0 b0 c0"},
		"reversed":                    {"c0 b0 a0"},
		"visitors in turn":            {"a0 a1 b0 b1 c0 c1", "a0 a1 a2 b0 b1 b2 c0 c1 c2", "a0 a1 a2 a3 b0 b1 b2 b3 c0 c1 c2 c3"},
		"all routes by two visitors":  {"a0 b1 c0", "b0 c1 a0", "c0 b1 a0", "a0 c1 b0"},
		"copies at the same time":     {"a0/1 a1/1 a2/1 a3/1 b0/2 b1/2 b2/2 b3/2 c0/3 c1/3 c2/3 c3/3"},
		"two routes at the same time": {"a0/1 b1/1 a2/1 b3/1 a0/2 c1/2 a2/2 c3/2 b0/3 c1/3 b2/3 c3/3"},
	} {
		var got []string
		for s := range phase(t, p, name) {
			got = append(got, written(s))
		}
		if name == "all routes by two visitors" {
			slices.Sort(got)
			slices.Sort(want)
		}
		if !cmp.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

// written returns a sequence as URLs with visitor and batch.
func written(s trial.Sequence) (text string) {
	for i, step := range s {
		if i > 0 {
			text += " "
		}
		text += step.Request.URL + strconv.Itoa(step.Visitor)
		if step.Batch > 0 {
			text += "/" + strconv.Itoa(step.Batch)
		}
	}
	return text
}

// Each visitor of an interleaved visit sends each route once, whatever the seed.
func TestInterleavedVisits(t *testing.T) {
	p := order.New(pages(5), 3)
	sequences := 0
	for s := range phase(t, p, "visitors interleaved") {
		count := map[string]int{}
		for _, step := range s {
			count[fmt.Sprint(step.Visitor, step.Request.URL)]++
		}
		for who, n := range count {
			if n != 1 {
				t.Errorf("%s was sent %d times in %s", who, n, written(s))
			}
		}
		if len(count) != len(s) || len(s)%5 != 0 {
			t.Errorf("got %s, want each of 5 routes by each visitor", written(s))
		}
		sequences++
	}
	if sequences != 2+3+4 {
		t.Errorf("got %d sequences, want 9", sequences)
	}
}

// Two planners with one seed agree for ever; another seed gives another order.
func TestRandomIsSeeded(t *testing.T) {
	first := func(seed int64) (texts []string) {
		for s := range phase(t, order.New(pages(9), seed), "random") {
			if texts = append(texts, written(s)); len(texts) == 200 {
				break
			}
		}
		return texts
	}
	if a, b := first(7), first(7); !cmp.Equal(a, b) {
		t.Error("one seed gave two plans")
	}
	if a, b := first(7), first(8); cmp.Equal(a, b) {
		t.Error("two seeds gave the same plan")
	}
	batches := 0
	for _, text := range first(7) {
		if len(text) < 5 {
			t.Errorf("a random sequence has fewer than two requests: %s", text)
		}
		if slices.Contains([]byte(text), '/') {
			batches++
		}
	}
	if batches < 20 || batches > 90 {
		t.Errorf("%d of 200 random sequences have batches, want about a quarter", batches)
	}
}

// The requests of a route take turns, so that all are sent.
func TestRequestsOfARouteTakeTurns(t *testing.T) {
	var requests []trial.Request
	for i := range 100 {
		r := get("/ads?c=" + strconv.Itoa(i))
		r.Route = []string{"ads", "search", "home", "post"}[i%4]
		requests = append(requests, r)
	}
	p := order.New(requests, 1)
	seen := map[string]bool{}
	for s := range phase(t, p, "all routes") {
		for _, step := range s {
			if seen[step.Request.URL] {
				t.Fatalf("%s was sent twice", step.Request.URL)
			}
			seen[step.Request.URL] = true
		}
	}
	alone := 0
	for _, name := range []string{"alone", "other requests alone"} {
		for range phase(t, p, name) {
			alone++
		}
	}
	if len(seen) != 16 || alone != 100 {
		t.Errorf("got %d requests in squares and %d alone, want 16 and 100", len(seen), alone)
	}
}

// No request and one request are plans, too.
func TestSmallPlans(t *testing.T) {
	for range order.New(nil, 1).All() {
		t.Fatal("a plan without requests has a sequence")
	}
	for name, s := range order.New([]trial.Request{get("/")}, 1).All() {
		if len(s) == 0 {
			t.Errorf("%s: a sequence is empty", name)
		}
		if name == "random" {
			return
		}
	}
}

func TestCoverageByHand(t *testing.T) {
	c := order.NewCoverage([]trial.Request{get("a"), get("b"), get("c")})
	c.Add(trial.Sequence{{Request: get("a")}, {Request: get("b"), Visitor: 3}, {Request: get("other")}, {Request: get("c")}, {Request: get("c")}})
	c.Add(trial.Sequence{{Request: get("a"), Batch: 1}, {Request: get("c"), Batch: 1}, {Request: get("b")}})
	if c.Pairs() != 2 || c.PairsOf() != 9 || c.Routes() != 3 || c.Sequences != 2 || c.Requests != 8 || c.Visitors != 2 {
		t.Errorf("got %+v, want the pairs ab and cc", c)
	}
}
