// Package peak finds the busiest time of traffic, and how far it exceeds the mean.
//
// Give the times of all hits, in their order, to a [Meter]. A [Finder] finds the busiest time of
// one length. Both read a stream, and their memory does not depend on its length.
package peak

import "time"

// leastHits is how many hits the busiest minute has at least: fewer say little about its rate.
const leastHits = 100

// A Window is a part of traffic, in times since its start. To is not part of it.
type Window struct {
	From, To time.Duration
	Hits     int
}

// Rate returns the hits per second. Less than a second counts as a second.
func (w Window) Rate() float64 { return float64(w.Hits) / max(w.To-w.From, time.Second).Seconds() }

// A Meter finds the busiest minute and the busiest hour. Create it with NewMeter.
type Meter struct{ minute, hour *Finder }

// NewMeter returns a Meter of traffic without hits.
func NewMeter() *Meter { return &Meter{NewFinder(time.Minute), NewFinder(time.Hour)} }

// Add counts a hit, which is not before the last one.
func (m *Meter) Add(at time.Duration) {
	m.minute.Add(at)
	m.hour.Add(at)
}

// Whole returns all of the traffic, from its start to the last hit.
func (m *Meter) Whole() Window { return m.minute.whole() }

// Minute returns the busiest minute: any 60 seconds, found to a second.
func (m *Meter) Minute() Window { return m.minute.Window() }

// Hour returns the busiest hour: any 60 minutes, found to a minute.
func (m *Meter) Hour() Window { return m.hour.Window() }

// Busiest returns the window whose rate is the peak: the busiest minute, or the busiest hour if
// the minute has fewer than 100 hits.
func (m *Meter) Busiest() Window {
	if w := m.Minute(); w.Hits >= leastHits {
		return w
	}
	return m.Hour()
}

// ToMean returns the rate of the peak as a multiple of the mean rate, at least 1.
func (m *Meter) ToMean() float64 { return m.Of(m.Busiest()) }

// Of returns the rate of a window as a multiple of the mean rate, at least 1.
func (m *Meter) Of(w Window) float64 {
	if mean := m.Whole().Rate(); mean > 0 {
		return max(1, w.Rate()/mean)
	}
	return 1
}
