package stats

import "math"

// StudentLossP is the part of LossP that is Student's test on independent values.
func StudentLossP(d []float64) float64 {
	n := float64(len(d))
	return studentP(mean(d), math.Sqrt(variance(d)/n), n-1)
}

// Median returns the median of sorted values.
func Median(sorted []float64) float64 { return median(sorted) }

// Stays is the integration behind the bounds, for tests with other bounds.
func Stays(sigmas []float64, low, high float64) float64 { return stays(sigmas, low, high) }

// StudentBound maps a bound for a normal statistic to one for Student's t.
func StudentBound(c, df float64) float64 { return studentBound(c, df) }

// EverExceeds returns the error probability of an O'Brien–Fleming test with
// constant c.
func EverExceeds(looks int, c float64) float64 { return everExceeds(looks, c) }

// EdgeGate returns a gate with both limits at the same place, where it can err on
// either side.
func EdgeGate(looks int, alpha, at float64) (Gate, error) { return newGate(looks, alpha, at, at) }
