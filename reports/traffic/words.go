package traffic

import (
	"fmt"
	"math"
	"time"

	"github.com/classibench/classibench/internal/unit"
	"github.com/classibench/classibench/scenarios/traffic/profile"
)

// css holds the additional styles of the page.
const css = "h2,section p,figure h3,tbody th{overflow-wrap:anywhere}"

// method says how figures were found.
const method = "Routes are found by clustering: numbers, dates and hexadecimal keys are {id}; where more than 25 different names follow the same beginning of a path, those with less than 1% of all requests are {name}. The Zipf exponent s is that of highest likelihood, if the k-th most popular target is requested in proportion to 1/k^s; ranks are those of the log itself, so it is a little too high where most targets come once or twice."

func headline(p *profile.Profile) string {
	text := unit.Count(p.Hits, "request") + " " + unit.In(p.Seconds)
	switch {
	case p.HasHour():
		return text + ", " + unit.Number(p.Hour.Rate) + " hits/s in the busiest hour"
	case p.HasRate():
		return text + ", " + unit.Number(p.Rate) + " hits/s on average"
	}
	return text
}

// rateText describes the mean rate, if the traffic is long enough for one.
func rateText(p *profile.Profile) string {
	from := "The start is not known: "
	if !p.Start.IsZero() {
		from = "From " + unit.LocalMoment(p.Start) + ": "
	}
	if !p.HasRate() {
		return from + "all within a second, which is too short for a rate."
	}
	return fmt.Sprintf("%s%s hits/s on average, %s hits a day.", from, unit.Number(p.Rate), unit.Whole(int(math.Round(p.Rate*86400))))
}

// busiestText describes the busiest hour, if there is one, the busiest minute, and which of them
// is the peak.
func busiestText(p *profile.Profile) string {
	text := fmt.Sprintf("The busiest minute begins at %s and has %s hits/s, %s the mean.", second(p, p.Minute.From), unit.Number(p.Minute.Rate), unit.Times(p.Minute.PeakToMean))
	if p.HasHour() {
		text = fmt.Sprintf("The busiest hour begins at %s and has %s hits/s, %s the mean. ", moment(p, p.Hour.From), unit.Number(p.Hour.Rate), unit.Times(p.Hour.PeakToMean)) + text
	}
	peak := "the busiest minute"
	switch {
	case p.PeakOfHour() && !p.HasHour():
		return text
	case p.PeakOfHour():
		peak = "the busiest hour, since no minute has 100 hits"
	}
	return text + fmt.Sprintf(" The factor for --peak-to-mean is that of %s: %s.", peak, unit.Number(p.PeakToMean))
}

// sentences describe the traffic as a whole.
func sentences(p *profile.Profile) []string {
	all := []string{rateText(p)}
	if p.HasMinute() {
		all = append(all, busiestText(p))
	}
	all = append(all,
		fmt.Sprintf("%s; the most popular 1%% have %s of the requests (Zipf exponent %s).", unit.Count(p.Targets.Different, "different target"), unit.Percent(p.Targets.Top), exponent(p.Targets.Zipf)),
		clientsText(p.Clients),
		sizesText(&p.Sizes),
	)
	if p.Spread {
		all = append(all, "The log has whole seconds: how hits are spread within a second is made up, so nothing here is finer than a second.")
	}
	if n := p.Unplaced; n > 0 {
		all = append(all, fmt.Sprintf("%s for targets beyond the first %s are not in the tables of routes.", unit.Count(n, "request"), unit.Whole(p.Targets.Different)))
	}
	return all
}

// moment prints a time, or how long after the start it is where that is not known.
func moment(p *profile.Profile, t time.Time) string {
	if p.Start.IsZero() {
		return unit.Period(t.Sub(p.Start).Seconds()) + " after the start"
	}
	return unit.LocalMoment(t)
}

// second prints a time to the second, since any second may begin a busiest minute.
func second(p *profile.Profile, t time.Time) string {
	if p.Start.IsZero() {
		return moment(p, t)
	}
	return unit.LocalSecond(t)
}

func clientsText(c profile.Clients) string {
	if c.Different == 0 {
		return "The clients are not known."
	}
	more := ""
	if c.Beyond > 0 {
		more = " at least"
	}
	return fmt.Sprintf("%s%s; the busiest 1%% sent %s of the requests, the busiest one %s.", unit.Count(c.Different, "client"), more, unit.Percent(c.Top), unit.Whole(c.Most))
}

func sizesText(s *profile.Sizes) string {
	if s.Known == 0 {
		return "The sizes of the answers are not known."
	}
	return fmt.Sprintf("Answers have %s on average, half of them at most %s, 95%% at most %s; the largest has %s.", size(s.Mean), size(s.Median), size(s.P95), size(float64(s.Most)))
}

// size prints a number of bytes, which may be small: 0 B, 500 B, 9.39 kB.
func size(bytes float64) string {
	n := int(math.Round(bytes))
	if n < 1000 {
		return unit.Whole(n) + " B"
	}
	return unit.Memory(int64(n))
}

func exponent(s float64) string {
	if s == 0 {
		return unit.Unknown
	}
	return unit.Fixed(s, 2)
}
