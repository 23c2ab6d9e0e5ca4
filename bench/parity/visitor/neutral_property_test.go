package visitor_test

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"

	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/parity/visitor"
)

// The answers of two sides that differ in their identifiers only are equal when these are
// neutral; those of one side stay apart or together as they were.
func TestNeutralKeepsEqualAndUnequal(t *testing.T) {
	id := rapid.StringMatching(`[a-f][0-9][a-f0-9]{10}`)
	page := func(id string) trial.Exchange {
		return trial.Exchange{Step: trial.Step{Request: get("/")}, Answer: trial.Answer{Status: 200, Body: []byte(`<html><a href="/x?key=` + id + `">` + id + `</a>`)}}
	}
	rapid.Check(t, func(t *rapid.T) {
		pool := rapid.SliceOfNDistinct(id, 8, 8, rapid.ID[string]).Draw(t, "ids")
		order := rapid.SliceOfN(rapid.IntRange(0, 3), 1, 6).Draw(t, "order")
		other := rapid.SliceOfN(rapid.IntRange(0, 3), len(order), len(order)).Draw(t, "other order")
		sessions := visitor.NewSessions()
		sessions.Learn([]trial.Exchange{page(pool[0])}, []trial.Exchange{page(pool[1])})
		var both trial.Trial
		for i := range order {
			both.Baseline = append(both.Baseline, page(pool[order[i]]))
			both.Candidate = append(both.Candidate, page(pool[4+other[i]]))
		}
		got := sessions.Neutral(both)
		for i := range order {
			for j := range i {
				if (order[i] == order[j]) != bytes.Equal(got.Baseline[i].Answer.Body, got.Baseline[j].Answer.Body) {
					t.Fatalf("identifiers %d and %d of the baseline: %s | %s", i, j, got.Baseline[i].Answer.Body, got.Baseline[j].Answer.Body)
				}
			}
		}
		if same := samePattern(order, other); same != equalAnswers(got) {
			t.Fatalf("identifiers %v and %v: equal is %t, want %t", order, other, !same, same)
		}
	})
}

// samePattern reports whether two lists repeat their items in the same places.
func samePattern(a, b []int) bool {
	for i := range a {
		for j := range i {
			if (a[i] == a[j]) != (b[i] == b[j]) {
				return false
			}
		}
	}
	return true
}

func equalAnswers(t trial.Trial) bool {
	for i := range t.Baseline {
		if !bytes.Equal(t.Baseline[i].Answer.Body, t.Candidate[i].Answer.Body) {
			return false
		}
	}
	return true
}
