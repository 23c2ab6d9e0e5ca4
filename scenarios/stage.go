package scenarios

import "time"

// Ends returns the end of each stage, since the start of the replay.
func (r Replay) Ends() (all []time.Duration) {
	end := time.Duration(0)
	for _, s := range r.Stages {
		end += s.For
		all = append(all, end)
	}
	return all
}

// Duration returns the duration of the replay.
func (r Replay) Duration() time.Duration {
	ends := append([]time.Duration{0}, r.Ends()...)
	return ends[len(ends)-1]
}

// Mean returns the mean of the stage's curve.
func (s Stage) Mean() float64 {
	if len(s.Curve) < 2 {
		return 1
	}
	sum := (s.Curve[0] + s.Curve[len(s.Curve)-1]) / 2
	for _, x := range s.Curve[1 : len(s.Curve)-1] {
		sum += x
	}
	return sum / float64(len(s.Curve)-1)
}

// Doubled returns the last stage at twice its rate, four times, and so on, as DoubleUpTo
// allows, where the baseline's measured capacity is capacity hits per second.
func (r Replay) Doubled(capacity float64) (all []Stage) {
	if len(r.Stages) == 0 {
		return nil
	}
	s := r.Stages[len(r.Stages)-1]
	if s.Rate.Value <= 0 || r.DoubleUpTo.Value <= 0 {
		return nil // twice nothing stays below any rate
	}
	for s.Rate.Value *= 2; s.Rate.PerSecond(capacity) <= r.DoubleUpTo.PerSecond(capacity); s.Rate.Value *= 2 {
		s.Name = s.Rate.String()
		all = append(all, s)
	}
	return all
}
