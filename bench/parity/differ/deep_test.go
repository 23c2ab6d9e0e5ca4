package differ_test

import (
	"runtime"
	"strings"
	"testing"

	"github.com/classibench/classibench/bench/parity/trial"
)

// The place of a value is as long as the value is deep. A body that is nested 50,000 times
// is compared, in memory that does not grow with the square of the depth.
func TestDeeplyNestedBodies(t *testing.T) {
	const depth = 50000
	for name, nested := range map[string]func(inner string) trial.Answer{
		"JSON arrays":  func(s string) trial.Answer { return object(around(depth, "[", `"`+s+`"`, "]")) },
		"JSON objects": func(s string) trial.Answer { return object(around(depth, `{"a":`, `"`+s+`"`, "}")) },
		"XML":          func(s string) trial.Answer { return answer(around(depth, "<a>", s, "</a>"), "Content-Type: text/xml") },
		"HTML":         func(s string) trial.Answer { return page(around(depth, "<div>", s, "</div>")) },
	} {
		t.Run(name, func(t *testing.T) {
			d, allocated := newDiffer(t), bytesAllocated()
			if got := d.Compare(home, nested("one"), nested("two")); len(got) != 1 {
				t.Errorf("got %d differences, want 1", len(got))
			}
			if n := bytesAllocated() - allocated; n > 256<<20 {
				t.Errorf("the comparison allocated %d MB", n>>20)
			}
		})
	}
}

func around(n int, before, inner, after string) string {
	return strings.Repeat(before, n) + inner + strings.Repeat(after, n)
}

func bytesAllocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}
