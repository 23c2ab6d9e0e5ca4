package result

import (
	"math"
	"math/rand/v2"
	"testing"
)

// costlyRound is a round that ends with the first request after its length, in seconds. A
// request costs 0.3 ms, and one of a thousand costs 90 ms.
func costlyRound(random *rand.Rand, length float64) CostRound {
	r := CostRound{Tree: &Account{}}
	for ; r.Seconds < length; r.Requests++ {
		cost := 0.3e-3
		if random.IntN(1000) == 0 {
			cost = 90e-3
		}
		r.Seconds += cost
		r.Tree.CPU += cost
	}
	return r
}

// A costly request counts once, although its round has few others: 12 rounds of 66 ms with
// about 2,000 requests have two of them, which is 0.39 ms a request.
func TestACostlyRequestCountsOnce(t *testing.T) {
	const measurements, truth = 400, 0.3e-3 + 90e-3/1000 - 0.3e-3/1000
	random := rand.New(rand.NewPCG(1, 2))
	work, wall, held := 0.0, 0.0, 0
	for range measurements {
		var rounds []CostRound
		for range 12 {
			rounds = append(rounds, costlyRound(random, 66e-3))
		}
		c := EstimateCosts(Costs{"persistent": {Measured: CostRounds{Target: rounds}}}, costTargets)["persistent"]
		work, wall = work+c.Work.CPUSeconds/measurements, wall+c.Wall.Seconds/measurements
		if float64(c.Work.Low) <= truth && truth <= float64(c.Work.High) {
			held++
		}
	}
	for name, got := range map[string]float64{"work": work, "answer": wall} {
		if math.Abs(got-truth) > 0.1*truth {
			t.Errorf("%s: %.3f ms on average, want %.3f", name, 1e3*got, 1e3*truth)
		}
	}
	if share := float64(held) / measurements; share < 0.9 {
		t.Errorf("%.1f%% of the intervals hold the truth", 100*share)
	}
}

// These rounds of a server were measured; in the fourth, SQLite merged its index of words.
func TestARoundWithACostlyRequest(t *testing.T) {
	var rounds []CostRound
	for _, r := range []struct{ requests, cpu, seconds float64 }{
		{146, 0.399, 0.453}, {177, 0.350, 0.373}, {185, 0.339, 0.358}, {3, 37.279, 52.532}, {156, 0.375, 0.424}, {147, 0.415, 0.450},
		{239, 0.253, 0.277}, {199, 0.293, 0.332}, {226, 0.264, 0.293}, {225, 0.271, 0.294}, {208, 0.287, 0.319},
	} {
		rounds = append(rounds, CostRound{Requests: uint64(r.requests), Seconds: r.requests * r.seconds / 1e3, Tree: &Account{CPU: r.requests * r.cpu / 1e3}})
	}
	c := EstimateCosts(Costs{"persistent": {Measured: CostRounds{Target: rounds}}}, costTargets)["persistent"]
	if ms := 1e3 * c.Work.CPUSeconds; math.Abs(ms-0.373) > 0.001 || c.Work.Below || !(c.Work.High < 0.6e-3) {
		t.Errorf("work %+v, want 0.373 ms and an interval", c.Work)
	}
	if w := c.Wall; math.Abs(1e3*w.Seconds-0.429) > 0.001 || !(w.Low > 0) || !(w.High < 0.7e-3) {
		t.Errorf("answer %+v, want 0.429 ms", w)
	}
}
