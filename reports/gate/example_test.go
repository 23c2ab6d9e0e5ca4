package gate_test

import (
	"log"
	"os"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/reports"
	"github.com/classibench/classibench/reports/gate"
)

// measured is the result of a gate that found no loss of throughput.
func measured() *result.Result {
	check := result.Check{
		Name: result.ThroughputCheck, Outcome: result.Pass, Ratio: 1.002, Low: 0.971, High: 1.035, Level: 0.9, P: 0.895, MDE: 0.0135, Quads: 12,
		Reason: "Throughput did not fall by 5%: it is 100.2% of the base's, between 97.1% and 103.5%.",
	}
	return &result.Result{
		Schema: result.Schema, Seconds: 46,
		Targets: []result.Target{{Name: "base", Kind: "server"}, {Name: "head", Kind: "server"}},
		Gate: &result.Gate{
			Base: "main", Head: "HEAD", MaxLoss: 0.05, Budget: 120, Alpha: 0.05, Quads: 6, Looks: 5,
			Checks: []result.Check{check}, Outcome: result.Pass,
		},
		Verdict: result.Verdict{Valid: true, Sentence: check.Reason},
	}
}

func ExampleText() {
	if err := gate.Text(os.Stdout, measured(), reports.TextOptions{Width: 70}); err != nil {
		log.Fatal(err)
	}
	// Output:
	// PASS  Throughput did not fall by 5%: it is 100.2% of the base's,
	//       between 97.1% and 103.5%.
	//
	// base  main
	// head  HEAD
	//
	//             outcome  ratio        interval      p    MDE  quads
	//                                        90%
	// throughput  pass     1.002  0.971 to 1.035  0.895  1.35%     12
	//
	// Minimum detectable effect (throughput): a loss of 1.35%, found with
	// 80% power.
	// Measured: 46 s (budget 120 s).
}

// A step of a workflow prints the annotations of a gate that failed.
func ExampleAnnotations() {
	r := measured()
	c := &r.Gate.Checks[0]
	c.Outcome, c.Ratio, c.Low, c.High, c.P = result.Fail, 0.89, 0.86, 0.921, 0.0004
	c.Reason = "Throughput was lost: it is 89% of the base's, between 86% and 92.1%."
	if err := gate.Annotations(os.Stdout, r, gate.Options{}); err != nil {
		log.Fatal(err)
	}
	// Output:
	// ::error title=classibench gate%3A throughput::Throughput was lost: it is 89%25 of the base's, between 86%25 and 92.1%25.%0Abase: main%0Ahead: HEAD%0Aratio 0.890, interval 0.860 to 0.921 (90%25), p of a loss <0.001%0Aminimum detectable effect 1.35%25, 12 quads
}
