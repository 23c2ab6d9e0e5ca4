package result_test

import (
	"fmt"

	"github.com/classibench/classibench/bench/result"
)

// The verdict follows from the values of a result, and from nothing else.
func ExampleJudge() {
	r := &result.Result{
		Targets: []result.Target{{Name: "cgi"}, {Name: "persistent"}},
		Capacity: &result.Capacity{
			Throughput: map[string]result.Throughput{"cgi": {RPS: 60, Hits: 600}, "persistent": {RPS: 5400, Hits: 54000}},
			Gain:       &result.Gain{Baseline: "cgi", Candidate: "persistent", Ratio: 90, Low: 81.5, High: 99.4, Level: 0.95, Quads: 24},
		},
	}
	fmt.Println(result.Judge(r).Sentence)
	// Output: persistent carries 90.0 times the throughput of cgi (95% interval 81.5 to 99.4).
}
