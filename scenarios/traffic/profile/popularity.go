package profile

import (
	"maps"
	"math"
	"slices"
)

// counts returns the counts of values, the highest first.
func counts(n map[string]int) []int {
	all := slices.Sorted(maps.Values(n))
	slices.Reverse(all)
	return all
}

// topShare returns the share of the highest 1% of counts, and of one at least.
func topShare(all []int) float64 {
	top, sum := 0, 0
	for i, n := range all {
		if sum += n; i < max(1, len(all)/100) {
			top += n
		}
	}
	return float64(top) / float64(sum)
}

func popularity(all []int) Popularity {
	p := Popularity{Different: len(all), Zipf: Zipf(all), Top: topShare(all)}
	sum, weights := 0, 0.0
	for i, n := range all {
		sum, weights = sum+n, weights+math.Pow(float64(i+1), -p.Zipf)
	}
	for k := 1; k <= len(all); k += k/8 + 1 { // even distances of their logarithms
		p.Ranks = append(p.Ranks, Rank{k, all[k-1], float64(sum) * math.Pow(float64(k), -p.Zipf) / weights})
	}
	return p
}

// steepest bounds the exponents that are looked for.
const steepest = 10

// Zipf returns the exponent s of Zipf's law under which counts, the highest first, are most
// likely: the k-th of n values is drawn with probability k^-s / (1^-s + … + n^-s). The
// likelihood is highest where the mean of ln k under the law is that of the counts, and it
// falls with s. Ranks are those of the sample, which makes s a little too high where most
// values come once or twice. It is 0 for a single
// value.
func Zipf(all []int) float64 {
	if len(all) < 2 {
		return 0
	}
	logs, mean, n := make([]float64, len(all)), 0.0, 0
	for i, count := range all {
		logs[i] = math.Log(float64(i + 1))
		mean += float64(count) * logs[i]
		n += count
	}
	mean /= float64(n)
	low, high := 0.0, float64(steepest)
	for high-low > 1e-6 {
		if s := (low + high) / 2; meanLog(logs, s) > mean {
			low = s
		} else {
			high = s
		}
	}
	return (low + high) / 2
}

// meanLog returns the mean of ln k under Zipf's law.
func meanLog(logs []float64, s float64) float64 {
	sum, weights := 0.0, 0.0
	for _, l := range logs {
		w := math.Exp(-s * l)
		sum, weights = sum+w*l, weights+w
	}
	return sum / weights
}
