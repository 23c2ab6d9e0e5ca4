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

// HasHour reports whether the traffic is longer than an hour, so that one is the busiest.
func (p *Profile) HasHour() bool { return p.Seconds > time.Hour.Seconds() }

// A Part is a part of the traffic: seconds since the start, its length in seconds, and its hits.
type Part struct {
	Begin, Seconds float64
	Hits           int
}

// Rate returns the hits a second.
func (p Part) Rate() float64 { return float64(p.Hits) / p.Seconds }

// Parts returns the steps of all the time.
func (p *Profile) Parts() []Part { return p.parts(0, float64(p.Steps.Seconds), p.Steps.Hits) }

// HourParts returns the minutes of the busiest hour: fewer than 60 if the traffic ends before.
func (p *Profile) HourParts() []Part {
	return p.parts(p.Hour.From.Sub(p.Start).Seconds(), 60, p.Minutes)
}

// parts returns steps of equal length, as far as the traffic goes. A last step of which it
// covers less than half is a part of the one before: its few seconds have no rate, and as a
// whole step it would look like a site without visitors.
func (p *Profile) parts(begin, step float64, hits []int) (all []Part) {
	for i, n := range hits {
		part := Part{begin + float64(i)*step, step, n}
		part.Seconds = min(step, p.Seconds-part.Begin)
		switch {
		case i == 0:
			part.Seconds = max(part.Seconds, 1)
		case part.Seconds < 0 || part.Seconds == 0 && n == 0:
			return all
		case part.Seconds < step/2:
			last := &all[i-1]
			last.Seconds, last.Hits = last.Seconds+part.Seconds, last.Hits+n
			return all
		}
		all = append(all, part)
	}
	return all
}
