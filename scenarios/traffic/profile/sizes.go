package profile

import "math"

// Sizes are those of the answers, in bytes, to 5%.
type Sizes struct {
	Known  int     `json:"known"`
	Mean   float64 `json:"mean"`
	Median float64 `json:"p50"`
	P95    float64 `json:"p95"`
	Most   int64   `json:"max"`

	sum  float64
	bins [64 * binsPerDoubling]int
}

const binsPerDoubling = 8

func (s *Sizes) add(size int64) {
	if size < 0 {
		return
	}
	s.Known++
	s.sum += float64(size)
	s.Most = max(s.Most, size)
	s.bins[int(binsPerDoubling*math.Log2(float64(size)+1))]++
}

func (s *Sizes) finish() {
	if s.Known == 0 {
		return
	}
	s.Mean, s.Median, s.P95 = s.sum/float64(s.Known), s.quantile(0.5), s.quantile(0.95)
}

// quantile returns the middle of the bin that holds a quantile.
func (s *Sizes) quantile(q float64) float64 {
	rank, n := int(math.Ceil(q*float64(s.Known))), 0
	for i, count := range s.bins {
		if n += count; n >= rank {
			return min(math.Round(math.Exp2((float64(i)+0.5)/binsPerDoubling)-1), float64(s.Most))
		}
	}
	return float64(s.Most)
}
