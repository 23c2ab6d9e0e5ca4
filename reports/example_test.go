package reports_test

import (
	"fmt"
	"log"
	"os"

	"github.com/classibench/classibench/bench"
	"github.com/classibench/classibench/reports"
)

// result is what a short measurement of throughput finds.
func result() *bench.Result {
	r := &bench.Result{
		Schema:  bench.Schema,
		Targets: []bench.Target{{Name: "cgi", Kind: "cgi"}, {Name: "persistent", Kind: "server"}},
		Capacity: &bench.Capacity{
			Users: 8, BlockSeconds: 0.5, Seconds: 55,
			Throughput: map[string]bench.Throughput{
				"cgi":        {RPS: 612, Hits: 15912, Latency: bench.Latency{P50: 0.0131, P95: 0.0196}},
				"persistent": {RPS: 7588, Hits: 197288, Latency: bench.Latency{P50: 0.00105, P95: 0.00158}},
			},
			Gain:  &bench.Gain{Candidate: "persistent", Ratio: 12.4, Low: 12.2, High: 12.6, Level: 0.95, Quads: 26},
			Quads: make([]bench.Quad, 26),
		},
	}
	r.Verdict = bench.Judge(r)
	return r
}

func ExampleText() {
	if err := reports.Text(os.Stdout, result(), reports.TextOptions{Width: 70}); err != nil {
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
	if err := reports.WriteDir(dir, result()); err != nil {
		log.Fatal(err)
	}
	again, err := reports.Read(dir)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(again.Verdict.Sentence)
	// Output: persistent carries 12.4 times the throughput of cgi (95% interval 12.2 to 12.6).
}
