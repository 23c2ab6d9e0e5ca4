package stats

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// OBrienFleming returns the constant C of the one-sided O'Brien–Fleming test with a
// number of equally spaced looks: a statistic that is standard normal at each look
// k exceeds C·√(looks/k) at one or more looks with probability alpha (O'Brien and
// Fleming, Biometrics 35, 1979; Jennison and Turnbull, Group Sequential Methods,
// 1999, §2.5). For 5 looks and 5% it is 1.751.
func OBrienFleming(looks int, alpha float64) float64 {
	want := quantile(1 - alpha)
	c := want
	for range 50 {
		// In units of a test with a single look, the difference is nearly the step
		// to take.
		missing := want - quantile(1-everExceeds(looks, c))
		if c += missing; math.Abs(missing) < 1e-9 {
			break
		}
	}
	return c
}

// everExceeds returns the probability that a statistic exceeds c·√(looks/k) at one
// or more looks k. Multiplied by √k, the statistic is a walk with standard normal
// steps, and the bound is the same at all looks: c·√looks.
func everExceeds(looks int, c float64) float64 {
	steps := make([]float64, looks)
	for i := range steps {
		steps[i] = 1
	}
	return max(0, 1-stays(steps, math.Inf(-1), c*math.Sqrt(float64(looks))))
}

// beyond is the largest distance of a walk in the integration, in standard
// deviations: the probability of more is below 1e-16.
const beyond = 8.5

// stays returns the probability that a walk from 0 stays between low and high at
// each of its steps, which are normal with the given standard deviations. It
// carries the density of the remaining walks from step to step (Armitage, McPherson
// and Rowe, JRSS A 132, 1969), by Simpson's rule.
func stays(sigmas []float64, low, high float64) float64 {
	reach := 0.0
	for _, s := range sigmas {
		reach = math.Hypot(reach, s)
	}
	low, high = max(low, -beyond*reach), min(high, beyond*reach)
	if low >= high {
		return 0
	}
	g := newGrid(low, high)
	density := make([]float64, len(g.at))
	for i, x := range g.at {
		density[i] = normal(x, sigmas[0])
	}
	for _, s := range sigmas[1:] {
		density = g.spread(density, s)
	}
	return g.integral(density)
}

// A grid holds the points for a density: an odd number, step apart.
type grid struct {
	step    float64
	at      []float64
	weights []float64 // Simpson's
}

func newGrid(low, high float64) *grid {
	const points = 401
	g := &grid{step: (high - low) / (points - 1), at: make([]float64, points), weights: make([]float64, points)}
	for i := range g.at {
		g.at[i] = low + float64(i)*g.step
		g.weights[i] = g.step / 3 * float64(2+i%2*2)
	}
	g.weights[0], g.weights[points-1] = g.step/3, g.step/3
	return g
}

func (g *grid) integral(density []float64) float64 {
	sum := 0.0
	for i, f := range density {
		sum += f * g.weights[i]
	}
	return sum
}

// spread returns the density after one more normal step.
func (g *grid) spread(density []float64, sigma float64) []float64 {
	kernel := make([]float64, len(density)) // indexed by the distance on the grid
	for i := range kernel {
		kernel[i] = normal(float64(i)*g.step, sigma)
	}
	reach := min(len(density), int(beyond*sigma/g.step)+1)
	after := make([]float64, len(density))
	for i := range after {
		for j := max(0, i-reach+1); j < min(len(density), i+reach); j++ {
			after[i] += density[j] * g.weights[j] * kernel[max(i-j, j-i)]
		}
	}
	return after
}

func normal(x, sigma float64) float64 {
	return math.Exp(-x*x/(2*sigma*sigma)) / (sigma * math.Sqrt(2*math.Pi))
}

// studentBound maps a bound for a standard normal statistic to the bound for
// Student's t with df degrees of freedom that has the same probability.
func studentBound(c, df float64) float64 {
	return -studentQuantile(df, distuv.UnitNormal.CDF(-c))
}

func quantile(p float64) float64 { return distuv.UnitNormal.Quantile(p) }
