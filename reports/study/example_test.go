package study_test

import (
	"log"
	"os"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/reports"
	"github.com/classibench/classibench/reports/study"
)

func ExampleText() {
	run := func(planted float64, found result.Outcome) result.StudyRun {
		return result.StudyRun{Planted: planted, Valid: true, Seconds: 60, Outcome: found, Check: result.Check{Ratio: result.Float(1 - planted), MDE: 0.034}}
	}
	s := &result.Study{Budget: 120, MaxLoss: 0.05, Runs: []result.StudyRun{
		run(0, result.Pass), run(0.05, result.Inconclusive), run(0.05, result.Fail), run(0.10, result.Fail),
	}}
	if err := study.Text(os.Stdout, s, reports.TextOptions{Width: 80}); err != nil {
		log.Fatal(err)
	}
	// Output:
	// Outcomes of the gate for planted losses, with a budget of 120 s for each run and
	// an allowed loss of 5%:
	//
	//              measured  runs  pass  fail  inconclusive  mean  longest   MDE
	//                                                        time     time
	// no loss           ±0%     1     1     0             0  60 s     60 s  3.4%
	// loss of 5%        −5%     2     0     1             1  60 s     60 s  3.4%
	// loss of 10%      −10%     1     0     1             0  60 s     60 s  3.4%
	//
	// There are too few sessions without a loss to estimate how often the gate errs:
	// --runs 3,1,1 measures more.
}
