package histogram_test

import (
	"fmt"
	"time"

	"github.com/classibench/classibench/bench/histogram"
)

// A percentile is shown only if ten observations are beyond it.
func ExampleHistogram() {
	h := histogram.New()
	for ms := range 100 {
		h.Record(time.Duration(ms+1) * time.Millisecond)
	}
	fmt.Println(h.Count(), h.Quantile(0.5).Round(time.Millisecond), h.Supports(0.5), h.Supports(0.99))
	// Output: 100 50ms true false
}
