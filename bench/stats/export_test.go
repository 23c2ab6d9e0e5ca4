package stats

// Stays is the integration behind the bounds, for tests of bounds that the
// package does not offer.
func Stays(sigmas []float64, low, high float64) float64 { return stays(sigmas, low, high) }

// StudentBound maps a normal bound to Student's.
func StudentBound(c, df float64) float64 { return studentBound(c, df) }

// EverExceeds is the error of an O'Brien–Fleming test with constant c.
func EverExceeds(looks int, c float64) float64 { return everExceeds(looks, c) }

// EdgeGate is a gate with both limits at one place: it errs at either.
func EdgeGate(looks int, alpha, at float64) (Gate, error) { return newGate(looks, alpha, at, at) }
