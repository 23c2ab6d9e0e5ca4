package capacity

import "math"

// spacing is the distance of neighbouring places of the lattice, as a logarithm. All
// capacities that are considered lie on it, so that predictions can be kept.
const spacing = 0.005

func placeOf(rate float64) int     { return int(math.Round(math.Log(rate) / spacing)) }
func rateAt(place int) float64     { return math.Exp(float64(place) * spacing) }
func normal(x, sd float64) float64 { return math.Exp(-x*x/(2*sd*sd)) / (sd * math.Sqrt(2*math.Pi)) }

// A point is a possible limit with its weight.
type point struct{ rate, weight float64 }

// lapse is the probability that a trial says nothing about the limit, for example since the
// machine paused. It limits how much a single trial can exclude.
const lapse = 0.03
