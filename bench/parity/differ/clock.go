package differ

import (
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A clock is a time that was read from a text.
type clock struct {
	seconds    float64 // since 1970, or since midnight if daily
	resolution float64 // seconds
	daily      bool    // without a date
	format     string  // the layout
}

const (
	months   = `(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}`
	weekdays = `(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6}`
	hours    = `[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?(?: ?[AaPp][Mm])?`
	zone     = `(?: ?(?:Z|UTC|GMT|CES?T|[ECMP][SD]T|[+-][0-9]{2}:?[0-9]{2}))?`
)

// timePattern matches the usual forms of dates and times.
var timePattern = regexp.MustCompile(strings.Join([]string{
	`[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ]` + hours + zone + `)?`,
	`(?:` + weekdays + `,? )?[0-9]{1,2}[ -]` + months + `[ -][0-9]{2,4}(?:,? ` + hours + zone + `)?`,
	weekdays + `,? ` + months + ` {1,2}[0-9]{1,2} ` + hours + zone + ` [0-9]{4}`,
	`(?:` + weekdays + `,? )?` + months + ` [0-9]{1,2},? [0-9]{4}(?:,? ` + hours + zone + `)?`,
	`[0-9]{2}/` + months + `/[0-9]{4}:` + hours + zone,
	`[0-9]{1,2}[./][0-9]{1,2}[./][0-9]{4}(?:,? ` + hours + zone + `)?`,
	hours + zone,
}, "|"))

// timesIn returns the bounds of the times in a text that are no part of a longer word.
func timesIn(s string) (all [][]int) {
	if !strings.ContainsAny(s, ":-/.") && !strings.Contains(s, "20") {
		return nil
	}
	for _, m := range timePattern.FindAllStringIndex(s, -1) {
		if !touches(s, m[0], m[1]) {
			all = append(all, m)
		}
	}
	return all
}

// touches reports whether a word, or a number with points, goes on at an end.
func touches(s string, begin, end int) bool {
	if begin > 0 && (inWord(rune(s[begin-1])) || s[begin-1] == ':' || s[begin-1] == '.') {
		return true
	}
	return end < len(s) && (inWord(rune(s[end])) || s[end] == ':')
}

var (
	dates = []string{"2006-01-02", "2 Jan 2006", "2-Jan-2006", "2-Jan-06", "2 January 2006", "Jan 2 2006", "January 2 2006", "2/1/2006", "1/2/2006", "2.1.2006"}
	hands = []string{"15:04:05", "15:04", "3:04:05 PM", "3:04 PM", "3:04:05PM", "3:04PM"}
	zones = []string{"", " MST", "Z", " Z", " -0700", " -07:00", "-07:00", "-0700"}
)

// layouts returns the layouts of package time for each form of a time.
var layouts = sync.OnceValue(func() map[string][]string {
	all := map[string][]string{}
	add := func(layout string) { all[timeForm(layout)] = append(all[timeForm(layout)], layout) }
	for _, date := range dates {
		add(date)
		add("Mon " + date)
	}
	for _, hand := range hands {
		for _, z := range zones {
			for _, date := range dates {
				add(date + " " + hand + z)
				add("Mon " + date + " " + hand + z)
				add("Monday " + date + " " + hand + z)
			}
			for _, layout := range []string{hand + z, "2006-01-02T" + hand + z, "2/Jan/2006:" + hand + z, "Mon Jan 2 " + hand + z + " 2006"} {
				add(layout)
			}
		}
	}
	return all
})

// timeForm returns the form of a time: a digit for each number, a letter for each word,
// without a fraction of a second.
func timeForm(s string) string {
	s = fractionPattern.ReplaceAllString(plainTime(s), ":0")
	var b strings.Builder
	for _, t := range tokenRuns(s) {
		b.WriteString(t)
	}
	return b.String()
}

// readClock reads a time, or the number of seconds, milliseconds or microseconds since
// 1970.
func readClock(s string) (clock, bool) {
	if c, ok := epoch(s); ok {
		return c, true
	}
	if bounds := timesIn(s); len(bounds) != 1 || bounds[0][1]-bounds[0][0] != len(s) {
		return clock{}, false
	}
	plain := plainTime(s)
	for _, layout := range layouts()[timeForm(s)] {
		if t, err := time.Parse(layout, plain); err == nil {
			return newClock(t, layout, s), true
		}
	}
	return clock{}, false
}

// plainTime removes the commas of a time, but not the one of its fraction.
func plainTime(s string) string {
	s = strings.Join(strings.Fields(strings.ReplaceAll(s, ", ", " ")), " ")
	return strings.NewReplacer("am", "AM", "pm", "PM").Replace(s)
}

func newClock(t time.Time, layout, s string) clock {
	c := clock{float64(t.UnixNano()) / 1e9, 86400, t.Year() == 0, layout}
	switch {
	case strings.Contains(layout, "05"):
		c.resolution = fraction(s)
	case strings.Contains(layout, ":04"):
		c.resolution = 60
	}
	if c.daily {
		c.seconds = float64(t.Hour()*3600+t.Minute()*60+t.Second()) + float64(t.Nanosecond())/1e9
	}
	return c
}

var fractionPattern = regexp.MustCompile(`:[0-9]{2}[.,]([0-9]+)`)

// fraction returns the resolution of a time with seconds.
func fraction(s string) float64 {
	digits := 0
	if m := fractionPattern.FindStringSubmatch(s); m != nil {
		digits = len(m[1])
	}
	return tenth(digits)
}

func tenth(digits int) float64 {
	r := 1.0
	for range digits {
		r /= 10
	}
	return r
}

// epoch reads a number of seconds since 1970, with or without a fraction, or of milli- or
// microseconds, between 2001 and 2065.
func epoch(s string) (clock, bool) {
	whole, rest, _ := strings.Cut(s, ".")
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || strings.Trim(whole+rest, "0123456789") != "" {
		return clock{}, false
	}
	c := clock{resolution: tenth(len(rest)), format: "seconds since 1970"}
	for _, scale := range []int{0, 3, 6} {
		if len(whole) == 10+scale && whole[0] >= '1' && whole[0] < '3' {
			c.resolution *= tenth(scale)
			c.seconds = v * tenth(scale)
			return c, true
		}
	}
	return clock{}, false
}

// since returns the seconds from one time to another, if both are of the same kind.
func (c clock) since(earlier clock) float64 {
	d := c.seconds - earlier.seconds
	if c.daily && d < -43200 {
		d += 86400
	}
	return d
}
