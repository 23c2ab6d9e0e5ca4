package parity

import (
	"iter"

	"github.com/classibench/classibench/bench/parity/differ"
	"github.com/classibench/classibench/bench/parity/trial"
)

// roughly compares answers by bytes, and plan tries each request alone and all in order,
// until the packages for that are complete.
func roughly(want, got trial.Answer) []differ.Difference {
	if want.Status == got.Status && string(want.Body) == string(got.Body) {
		return nil
	}
	return []differ.Difference{{Place: "body", Want: string(want.Body), Got: string(got.Body)}}
}

func planned(requests []trial.Request, rest iter.Seq2[string, trial.Sequence]) iter.Seq2[string, trial.Sequence] {
	return func(yield func(string, trial.Sequence) bool) {
		for _, r := range requests {
			if !yield("alone", alone(r)) {
				return
			}
		}
		q := given(requests)
		if !yield("in order", q) {
			return
		}
		for i, j := 0, len(q)-1; i < j; i, j = i+1, j-1 {
			q[i], q[j] = q[j], q[i]
		}
		if yield("in order", q) {
			rest(yield)
		}
	}
}
