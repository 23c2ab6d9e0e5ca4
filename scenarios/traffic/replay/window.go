package replay

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/classibench/classibench/scenarios/traffic/peak"
	"github.com/classibench/classibench/scenarios/traffic/trace"
)

// A survey is what one pass over the times of a file finds.
type survey struct {
	about trace.About
	times *peak.Meter
	busy  peak.Window // the busiest one of the length that was asked for, if any
}

// look reads the times of a file. A length above 0 is that of the busiest window.
func look(ctx context.Context, path string, length time.Duration) (*survey, error) {
	if path == "-" {
		return nil, errStream
	}
	r, err := trace.Open(path)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	s := &survey{about: r.About, times: peak.NewMeter()}
	finder := peak.NewFinder(max(length, 1))
	for {
		at, err := r.NextTime()
		if errors.Is(err, io.EOF) {
			break
		}
		if err := errors.Join(err, ctx.Err()); err != nil {
			return nil, err
		}
		s.times.Add(at)
		finder.Add(at)
	}
	if s.busy = finder.Window(); s.times.Whole().Hits == 0 {
		return nil, fmt.Errorf("%s: the traffic has no request", path)
	}
	return s, nil
}

// window returns the window that the options name.
func (s *survey) window(path string, o Options) (w peak.Window, err error) {
	if o.Busiest > 0 {
		return s.busy, nil
	}
	whole, about := s.times.Whole(), s.about
	w = whole
	if o.From != "" {
		if w.From, err = Moment(o.From, about.Start, 0); err != nil {
			return w, err
		}
	}
	if o.To != "" {
		if w.To, err = Moment(o.To, about.Start, w.From); err != nil {
			return w, err
		}
	}
	switch {
	case w.From >= whole.To || w.To <= 0:
		return w, fmt.Errorf("%s: the window from %v to %v is outside of the traffic, which takes %v%s", path, w.From, w.To, whole.To.Round(time.Second), since(about.Start))
	case w.From >= w.To:
		return w, fmt.Errorf("%s: the window begins at %v and ends at %v: want an end after the start", path, w.From, w.To)
	}
	w.From, w.To = max(w.From, 0), min(w.To, whole.To)
	return w, nil
}

func since(start time.Time) string {
	if start.IsZero() {
		return ""
	}
	return " from " + start.Format(time.RFC3339)
}

// Moment reads a moment of traffic that started at a time, and returns it as the time since
// then. It is such a time ("2h30m"), a time with its date (RFC 3339), or a time of the day
// ("15:04", "15:04:05") in the zone of the start, which traffic import takes
// from the log: its first one at or after another moment.
func Moment(s string, start time.Time, after time.Duration) (time.Duration, error) {
	if d, err := time.ParseDuration(s); err == nil && d >= 0 {
		return d, nil
	}
	date, isDate := parsed(s, time.RFC3339)
	clock, isClock := parsed(s, "15:04", "15:04:05")
	switch {
	case !isDate && !isClock:
		return 0, fmt.Errorf("%q is no time of traffic: want one since its start, such as 2h30m, a time of the day, such as 15:04, or a date with a time, such as 2026-03-14T15:04:00Z", s)
	case start.IsZero():
		return 0, fmt.Errorf("the file does not say when its traffic started: give %q as the time since the start, such as 2h30m", s)
	case isDate:
		return date.Sub(start), nil
	}
	from := start.Add(after)
	day := time.Date(from.Year(), from.Month(), from.Day(), clock.Hour(), clock.Minute(), clock.Second(), 0, start.Location())
	if day.Before(from) {
		day = day.AddDate(0, 0, 1)
	}
	return day.Sub(start), nil
}

func parsed(s string, layouts ...string) (time.Time, bool) {
	for _, layout := range layouts {
		if t, err := time.Parse(layout, strings.TrimSpace(s)); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

var errStream = errors.New("the traffic is read twice: give a file, not the standard input")
