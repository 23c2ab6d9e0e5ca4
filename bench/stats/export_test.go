package stats

import "math"

// StudentLossP is Student's test behind LossP, on independent values alone.
func StudentLossP(d []float64) float64 {
	n := float64(len(d))
	return studentP(mean(d), math.Sqrt(variance(d)/n), n-1)
}

// Median is the median of values in order.
func Median(sorted []float64) float64 { return median(sorted) }

// Stays is the integration behind the bounds, for tests of bounds that the
// package does not offer.
func Stays(sigmas []float64, low, high float64) float64 { return stays(sigmas, low, high) }

// StudentBound maps a normal bound to Student's.
func StudentBound(c, df float64) float64 { return studentBound(c, df) }

// EverExceeds is the error of an O'Brien–Fleming test with constant c.
func EverExceeds(looks int, c float64) float64 { return everExceeds(looks, c) }

// EdgeGate is a gate with both limits at one place: it errs at either.
func EdgeGate(looks int, alpha, at float64) (Gate, error) { return newGate(looks, alpha, at, at) }
