package parity

import (
	"slices"
	"testing"

	"github.com/classibench/classibench/bench/parity/trial"
)

// A batch may reach the program in any order, so its steps are also sent in others, one
// after the other. The step that is answered differently stays the last one.
func TestShuffled(t *testing.T) {
	q := trial.Sequence{{Visitor: 0}, {Visitor: 1, Batch: 1}, {Visitor: 2, Batch: 1}, {Visitor: 3, Batch: 1}, {Visitor: 4, Batch: 1}}
	orders := map[string]bool{}
	for _, s := range shuffled(q, 1) {
		var visitors []int
		for _, step := range s {
			visitors = append(visitors, step.Visitor)
		}
		if concurrent(s) || visitors[0] != 0 || visitors[4] != 4 {
			t.Errorf("got visitors %v, concurrent: %v", visitors, concurrent(s))
		}
		orders[string(rune('0'+visitors[1]))+string(rune('0'+visitors[2]))+string(rune('0'+visitors[3]))] = true
		if slices.Sort(visitors); !slices.Equal(visitors, []int{0, 1, 2, 3, 4}) {
			t.Errorf("got visitors %v", visitors)
		}
	}
	if len(orders) < 3 || !orders["123"] {
		t.Errorf("got orders %v", orders)
	}
	if q[1].Batch != 1 {
		t.Error("the sequence was changed")
	}
}

// The step that is answered differently is sent at each place of its batch.
func TestSerialOrders(t *testing.T) {
	for n := 2; n <= 5; n++ {
		q := make(trial.Sequence, n+1)
		for i := range n {
			q[i+1].Batch = 1
		}
		places := map[int]bool{}
		for _, order := range serialOrders(q) {
			places[slices.Index(order, n)] = true
			if sorted := slices.Sorted(slices.Values(order)); order[0] != 0 || sorted[0] != 0 || sorted[n] != n || len(slices.Compact(sorted)) != n+1 {
				t.Errorf("%v is no order of %d steps after the first one", order, n)
			}
		}
		if len(places) != n {
			t.Errorf("a batch of %d: the last step is at the places %v, want each", n, places)
		}
	}
}
