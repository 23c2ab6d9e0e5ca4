package reports_test

import (
	"fmt"
	"log"
	"os"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/reports"
	"github.com/classibench/classibench/reports/internal/text"
)

// measured returns the result of a short measurement of throughput.
func measured() *result.Result {
	r := &result.Result{
		Schema:  result.Schema,
		Targets: []result.Target{{Name: "cgi", Kind: "cgi"}, {Name: "persistent", Kind: "server"}},
		Capacity: &result.Capacity{
			Users: 8, BlockSeconds: 0.5, Seconds: 55,
			Throughput: map[string]result.Throughput{
				"cgi":        {RPS: 612, Hits: 15912, Latency: result.Latency{P50: 0.0131, P95: 0.0196}},
				"persistent": {RPS: 7588, Hits: 197288, Latency: result.Latency{P50: 0.00105, P95: 0.00158}},
			},
			Gain:  &result.Gain{Candidate: "persistent", Ratio: 12.4, Low: 12.2, High: 12.6, Level: 0.95, Quads: 26},
			Quads: make([]result.Quad, 26),
		},
	}
	r.Verdict = result.Judge(r)
	return r
}

func ExampleText() {
	if err := reports.Text(os.Stdout, measured(), text.Options{Width: 70}); err != nil {
		log.Fatal(err)
	}
	// Output:
	// persistent carries 12.4 times the throughput of cgi (95% interval 12.2
	// to 12.6).
	//
	// Capacity: 8 users without pause, in turns of 500 ms (baseline,
	// candidate, candidate, baseline): 26 quads in 55 s.
	//             carried   gain        interval  errors      p50      p95
	//              hits/s                    95%
	// cgi             612     1×                      0%  13.1 ms  19.6 ms
	// persistent    7,588  12.4×  12.2× to 12.6×      0%  1.05 ms  1.58 ms
}

func ExampleWriteDir() {
	dir, err := os.MkdirTemp("", "report")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	if err := reports.WriteDir(dir, measured()); err != nil {
		log.Fatal(err)
	}
	again, err := result.Read(dir)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(again.Verdict.Sentence)
	// Output: persistent carries 12.4 times the throughput of cgi (95% interval 12.2 to 12.6).
}
