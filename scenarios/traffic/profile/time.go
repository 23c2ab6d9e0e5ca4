package profile

import (
	"maps"
	"slices"
	"time"

	"github.com/classibench/classibench/scenarios/traffic/peak"
)

// mostSteps bounds the steps of a profile.
const mostSteps = 400

// overTime fills in what depends on the times of the hits, and on how many each minute has.
func (p *Profile) overTime(times *peak.Meter, minutes map[int]int) {
	hour := times.Hour()
	p.Rate, p.PeakToMean = times.Whole().Rate(), times.ToMean()
	p.Hour, p.Minute = p.busiest(times, hour), p.busiest(times, times.Minute())
	p.peakOfHour = times.Busiest() != times.Minute()
	for i := range 60 {
		p.Minutes = append(p.Minutes, minutes[int(hour.From/time.Minute)+i])
	}
	last := slices.Max(slices.Collect(maps.Keys(minutes)))
	step := last/mostSteps + 1
	p.Steps = Steps{Seconds: 60 * step, Hits: make([]int, last/step+1)}
	for minute, n := range minutes {
		p.Steps.Hits[minute/step] += n
	}
}

func (p *Profile) busiest(times *peak.Meter, w peak.Window) Busiest {
	return Busiest{From: p.Start.Add(w.From), Hits: w.Hits, Rate: w.Rate(), PeakToMean: times.Of(w)}
}

// HasRate reports whether the traffic is long enough for a rate: a second.
func (p *Profile) HasRate() bool { return p.Seconds >= 1 }

// HasMinute reports whether the traffic is longer than a minute, so that one is the busiest.
func (p *Profile) HasMinute() bool { return p.Seconds > time.Minute.Seconds() }

// PeakOfHour reports whether PeakToMean is that of the busiest hour, since no minute has enough
// hits for a rate.
func (p *Profile) PeakOfHour() bool { return p.peakOfHour }

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
