package parity

import (
	"fmt"
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

// Of a batch, each choice of steps that came before the victim is tried in each order, and
// earlier batches in all orders.
func TestSerialOrders(t *testing.T) {
	for _, test := range []struct {
		batches []int // numbers of steps
		want    int
	}{
		{[]int{1, 2}, 2}, {[]int{1, 3}, 5}, {[]int{4}, 16}, {[]int{2, 1}, 2}, {[]int{2, 2}, 4}, {[]int{3, 1, 3}, 30}, {[]int{5}, 65}, {[]int{1, 1, 1}, 1},
	} {
		q := sequenceOf(test.batches)
		orders, complete := serialOrders(q, make([]trial.Exchange, len(q)))
		seen := map[string]bool{}
		for _, order := range orders {
			inBatches(t, test.batches, order)
			seen[fmt.Sprint(order[:slices.Index(order, len(q)-1)])] = true
		}
		if len(orders) != test.want || len(seen) != test.want || !complete {
			t.Errorf("batches of %d: got %d orders, %d of them different, complete: %v; want %d", test.batches, len(orders), len(seen), complete, test.want)
		}
		if !slices.IsSorted(orders[0]) {
			t.Errorf("batches of %d: the first order is %d, want as given", test.batches, orders[0])
		}
	}
}

// Of too many orders, some are tried.
func TestTooManySerialOrders(t *testing.T) {
	for _, sizes := range [][]int{{4, 4, 4}, {6}, {1, 40}, {40, 1}, slices.Repeat([]int{4}, 250)} {
		q := sequenceOf(sizes)
		orders, complete := serialOrders(q, make([]trial.Exchange, len(q)))
		if len(orders) != allOrders || complete {
			t.Errorf("batches of %d: got %d orders, complete: %v", sizes, len(orders), complete)
		}
		for _, order := range orders {
			inBatches(t, sizes, order)
		}
	}
}

// sequenceOf returns a sequence of batches.
func sequenceOf(sizes []int) (q trial.Sequence) {
	for number, size := range sizes {
		step := trial.Step{Batch: number + 1}
		if size == 1 {
			step.Batch = 0
		}
		q = append(q, slices.Repeat(trial.Sequence{step}, size)...)
	}
	return q
}

// inBatches checks that an order has each step of the earlier batches once, in its batch, then
// steps of the last one, and the victim at the end.
func inBatches(t *testing.T, sizes, order []int) {
	t.Helper()
	from, last := 0, len(sizes)-1
	for i, size := range sizes {
		end := from + size
		if i == last {
			end = len(order)
		}
		batch := slices.Sorted(slices.Values(order[from:end]))
		if batch[0] < from || batch[len(batch)-1] >= from+size || len(slices.Compact(batch)) != end-from {
			t.Errorf("%d is no order of batches of %d", order, sizes)
		}
		if i == last && order[end-1] != from+size-1 {
			t.Errorf("%d does not end with the last step", order)
		}
		from = end
	}
}
