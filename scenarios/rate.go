package scenarios

// A Unit is what a Rate counts in.
type Unit int

const (
	HitsPerSecond Unit = iota // "120 hits/s"
	HitsPerDay                // "500000 hits/day", "2M hits/day"
	OfCapacity                // "1.5 capacity": multiples of the baseline's measured capacity
)

// A Rate is how many hits are offered in a stretch of time.
type Rate struct {
	Value float64
	Unit  Unit
}

// PerSecond returns the rate in hits per second, where the baseline's measured
// capacity is capacity hits per second.
func (r Rate) PerSecond(capacity float64) float64 {
	switch r.Unit {
	case HitsPerDay:
		return r.Value / 86400
	case OfCapacity:
		return r.Value * capacity
	}
	return r.Value
}
