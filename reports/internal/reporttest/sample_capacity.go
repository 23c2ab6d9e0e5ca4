package reporttest

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/classibench/classibench/bench/result"
)

// SampleCapacity adds the quads of a candidate.
func SampleCapacity(r *result.Result, a, b queue) {
	rng := rand.New(rand.NewPCG(uint64(len(b.name)), 3))
	c := r.Capacity
	var d []float64
	rate := map[string]float64{a.name: 1 / a.mean, b.name: 1 / b.mean}
	for i := range 26 {
		q := result.Quad{Candidate: b.name, Session: i / 5, At: float64(i) * 2.1}
		x := [4]float64{}
		for j, name := range []string{a.name, b.name, b.name, a.name} {
			x[j] = rate[name] * math.Exp(0.05*rng.NormFloat64())
			q.Blocks = append(q.Blocks, result.Block{Target: name, Hits: uint64(x[j] / 2), Seconds: 0.5, CPU: 0.499})
		}
		d = append(d, (math.Log(x[1]/x[0])+math.Log(x[2]/x[3]))/2)
		c.Quads = append(c.Quads, q)
	}
	for _, q := range []queue{a, b} {
		hits := uint64(26 / q.mean)
		p := result.Float(8 * q.mean)
		c.Throughput[q.name] = result.Throughput{RPS: 1 / q.mean, Hits: hits, Latency: result.Latency{Count: hits, Mean: p, P50: p, P90: p * 1.3, P95: p * 1.5, P99: p * 2.1, P999: p * 3, Max: p * 6}}
	}
	slices.Sort(d)
	mid, half := (d[12]+d[13])/2, 0.0152
	g := result.Gain{Candidate: b.name, Ratio: math.Exp(mid), Low: math.Exp(mid - half), High: math.Exp(mid + half), Level: 0.95, Quads: 26, Sessions: 6, DF: 4.2, Drift: 0.3, ACF1: 0.08,
		Wilcoxon: [2]result.Float{result.Float(math.Exp(mid - 0.017)), result.Float(math.Exp(mid + 0.016))}, MDE: 0.021}
	if c.Gain == nil {
		c.Gain = &g
		return
	}
	if c.Gains == nil {
		c.Gains = map[string]result.Gain{c.Gain.Candidate: *c.Gain}
	}
	c.Gains[b.name] = g
}
