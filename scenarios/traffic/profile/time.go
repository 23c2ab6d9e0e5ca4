package profile

import (
	"maps"
	"slices"
	"time"
)

// mostSteps bounds the steps of a profile.
const mostSteps = 400

// overTime fills in what depends on the hits of each minute.
func (p *Profile) overTime(minutes map[int]int) {
	p.Rate = float64(p.Hits) / max(p.Seconds, 1)
	from, hour := busiest(minutes, 60)
	p.Hour = p.busy(from, hour, min(time.Hour.Seconds(), max(p.Seconds, 60)))
	for i := range 60 {
		p.Minutes = append(p.Minutes, minutes[from+i])
	}
	from, minute := busiest(minutes, 1)
	p.Minute = p.busy(from, minute, min(60, max(p.Seconds, 1)))
	last := slices.Max(slices.Collect(maps.Keys(minutes)))
	step := last/mostSteps + 1
	p.Steps = Steps{Seconds: 60 * step, Hits: make([]int, last/step+1)}
	for minute, n := range minutes {
		p.Steps.Hits[minute/step] += n
	}
}

func (p *Profile) busy(from, hits int, seconds float64) Busiest {
	rate := float64(hits) / seconds
	return Busiest{From: p.Start.Add(time.Duration(from) * time.Minute), Hits: hits, Rate: rate, PeakToMean: max(1, rate/p.Rate)}
}

// busiest returns the first of so many minutes in a row with most hits, and these.
func busiest(minutes map[int]int, length int) (from, most int) {
	known := slices.Sorted(maps.Keys(minutes))
	sum, begin := 0, 0
	for _, minute := range known {
		sum += minutes[minute]
		for known[begin] <= minute-length {
			sum -= minutes[known[begin]]
			begin++
		}
		if sum > most {
			most, from = sum, known[begin]
		}
	}
	return from, most
}
