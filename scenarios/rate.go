package scenarios

// A Unit is the unit of a Rate.
type Unit int

const (
	HitsPerSecond Unit = iota // "120 hits/s"
	HitsPerDay                // "500000 hits/day", "2M hits/day"
	OfCapacity                // "1.5 capacity": multiples of the baseline's measured capacity
)

// A Rate is a number of hits per time.
type Rate struct {
	Value float64
	Unit  Unit
}

// PerSecond returns the rate in hits per second. capacity is the baseline's
// measured capacity in hits per second.
func (r Rate) PerSecond(capacity float64) float64 {
	switch r.Unit {
	case HitsPerDay:
		return r.Value / 86400
	case OfCapacity:
		return r.Value * capacity
	}
	return r.Value
}
