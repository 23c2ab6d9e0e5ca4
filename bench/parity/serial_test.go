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
