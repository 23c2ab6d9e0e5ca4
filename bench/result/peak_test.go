package result_test

import (
	"math"
	"strings"
	"testing"

	"github.com/classibench/classibench/bench/result"
)

// Hits a day name where their factor is from, and an assumption is called one.
func TestPeakNamesItsSource(t *testing.T) {
	for from, want := range map[result.PeakSource]string{
		result.PeakOfScenario: "2.16 million hits a day with a peak of 2.00 times the mean, as in the scenario's replay",
		result.PeakOfLog:      "with a peak of 2.00 times the mean, as in the recorded traffic",
		result.PeakOfFlag:     "with a peak of 2.00 times the mean, as --peak-to-mean says",
		result.PeakOfDefault:  "2.16 million hits a day with a peak of 2.00 times the mean, which is an assumption",
		"":                    "with a peak of 2.00 times the mean",
	} {
		unknown := result.Float(math.NaN())
		l := result.Limit{Low: 50, High: 52, RPS: 51, HitsPerDay: 2_160_000, PeakToMean: 2, PeakFrom: from, Generator: unknown}
		v := result.Judge(&result.Result{Targets: []result.Target{{Name: "a"}}, Limits: result.Limits{"a": l}})
		if !strings.Contains(v.Sentence, want+".") {
			t.Errorf("%q: got %q, want %q", from, v.Sentence, want)
		}
		if sentence := l.Peak().Sentence(); strings.Contains(sentence, "assumption") != (from == result.PeakOfDefault) || !strings.Contains(sentence, "2.00 times the mean") {
			t.Errorf("%q: got %q", from, sentence)
		}
	}
}
