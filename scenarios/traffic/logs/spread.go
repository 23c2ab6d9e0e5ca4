package logs

import (
	"math/rand/v2"
	"time"
)

// spread returns n times within a second, in their order: those of n arrivals that are
// independent of each other and of the second (order statistics of the uniform distribution,
// as sums of exponential ones). They depend on nothing but the seed, the second, and how many
// hits it has. from is where in the second they begin.
func spread(seed uint64, second int64, n int, from time.Duration, times []time.Duration) []time.Duration {
	random := rand.New(rand.NewPCG(seed, uint64(second)^uint64(from)<<32))
	sums, sum := times[:0], 0.0
	steps := make([]float64, n+1)
	for i := range steps {
		sum += random.ExpFloat64()
		steps[i] = sum
	}
	room := float64(time.Second - from)
	for _, step := range steps[:n] {
		sums = append(sums, from+time.Duration(step/sum*room).Truncate(resolution))
	}
	return sums
}
