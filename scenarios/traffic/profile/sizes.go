package profile

import "math"

// Sizes are those of the answers, in bytes. The quantiles are exact where all answers of about
// that size have the same one, and else within 2.2%.
type Sizes struct {
	Known  int     `json:"known"`
	Mean   float64 `json:"mean"`
	Median float64 `json:"p50"`
	P95    float64 `json:"p95"`
	Most   int64   `json:"max"`

	sum  float64
	bins [64 * binsPerDoubling]bin
}

const binsPerDoubling = 32

// A bin is the answers of about the same size.
type bin struct {
	answers int
	sum     float64 // of their sizes
}

func (s *Sizes) add(size int64) {
	if size < 0 {
		return
	}
	s.Known++
	s.sum += float64(size)
	s.Most = max(s.Most, size)
	b := &s.bins[int(binsPerDoubling*math.Log2(float64(size)+1))]
	b.answers, b.sum = b.answers+1, b.sum+float64(size)
}

func (s *Sizes) finish() {
	if s.Known == 0 {
		return
	}
	s.Mean, s.Median, s.P95 = s.sum/float64(s.Known), s.quantile(0.5), s.quantile(0.95)
}

// quantile returns the mean of the bin that holds a quantile.
func (s *Sizes) quantile(q float64) float64 {
	rank, n := int(math.Ceil(q*float64(s.Known))), 0
	for _, b := range s.bins {
		if n += b.answers; n >= rank {
			return math.Round(b.sum / float64(b.answers))
		}
	}
	return float64(s.Most)
}
