package peak_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/classibench/classibench/scenarios/traffic/peak"
)

// hits returns n times that are spread evenly over a part of the traffic.
func hits(n int, from, to time.Duration) (all []time.Duration) {
	for i := range n {
		all = append(all, from+time.Duration(i)*(to-from)/time.Duration(n))
	}
	return all
}

func metered(times []time.Duration) *peak.Meter {
	m := peak.NewMeter()
	for _, at := range times {
		m.Add(at)
	}
	return m
}

// The peak is that of any minute, or of an hour where a minute has few hits.
func TestPeakToMean(t *testing.T) {
	const day = 24 * time.Hour
	for name, c := range map[string]struct {
		times []time.Duration
		want  float64
	}{
		"steady":                    {hits(86400, 0, day), 1},
		"a minute":                  {slices.Concat(hits(590, 0, time.Hour), hits(600, 10*time.Minute, 11*time.Minute)), 608.0 / 60 / (1190.0 / 3600)},
		"between two minutes":       {slices.Concat(hits(590, 0, time.Hour), hits(600, 630*time.Second, 690*time.Second)), 608.0 / 60 / (1190.0 / 3600)},
		"few hits":                  {slices.Concat(hits(59, 0, time.Hour), hits(30, 10*time.Minute, 11*time.Minute)), 1},
		"an hour of few hits":       {slices.Concat(hits(144, 0, day), hits(60, 90*time.Minute, 150*time.Minute)), 66.0 / (204.0 / 24)},
		"less than a minute":        {hits(1000, 0, 40*time.Second), 1},
		"a single hit":              {hits(1, 0, 0), 1},
		"hits at the same moment":   {hits(500, 0, 0), 1},
		"nothing":                   {nil, 1},
		"a long time without hits":  {slices.Concat(hits(120, 0, time.Minute), hits(120, 1000*day, 1000*day+2*time.Minute)), 120.0 / 60 / (240.0 / (1000*day + 2*time.Minute).Seconds())},
		"the last minute of it all": {slices.Concat(hits(590, 0, time.Hour), hits(600, 59*time.Minute, time.Hour)), 609.0 / 60 / (1190.0 / 3600)},
	} {
		slices.Sort(c.times)
		if got := metered(c.times).ToMean(); math.Abs(got/c.want-1) > 0.02 {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}

// A window has as many hits as the best of all windows that begin with a step, and these hits.
func TestTheBusiestOfAllWindows(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		var times []time.Duration
		for range 1 + r.IntN(40) {
			begin := time.Duration(r.Int64N(int64(10 * time.Minute)))
			times = append(times, hits(1+r.IntN(20), begin, begin+time.Duration(r.Int64N(int64(time.Minute))))...)
		}
		slices.Sort(times)
		count := func(from time.Duration) (n int) {
			for _, at := range times {
				if at >= from && at < from+time.Minute {
					n++
				}
			}
			return n
		}
		last, most := times[len(times)-1], 0
		for from := time.Duration(0); from <= last; from += time.Second {
			most = max(most, count(from))
		}
		got := metered(times).Minute()
		if last < time.Minute {
			if got.Hits != len(times) || got.To != last+time.Microsecond {
				t.Fatalf("got %+v of %v, want all", got, times)
			}
			continue
		}
		if got.Hits != most || count(got.From) != most || got.To != got.From+time.Minute || got.To > last+time.Second {
			t.Fatalf("got %+v with %d hits, want %d of %v", got, count(got.From), most, times)
		}
	}
}
