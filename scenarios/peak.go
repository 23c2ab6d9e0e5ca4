package scenarios

// PeakToMean returns the busiest moment of a replay as a multiple of its mean rate, which
// relates a rate to the hits of a day of that shape. It is 1 without stages.
func (r Replay) PeakToMean() float64 {
	peak, hits, time := 0.0, 0.0, 0.0
	for _, s := range r.Stages {
		rate := s.Rate.PerSecond(1)
		peak = max(peak, rate)
		for _, y := range s.Curve {
			peak = max(peak, rate*y)
		}
		hits, time = hits+rate*s.Mean()*s.For.Seconds(), time+s.For.Seconds()
	}
	if hits == 0 {
		return 1
	}
	return peak / (hits / time)
}
