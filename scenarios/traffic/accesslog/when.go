package accesslog

import (
	"bytes"
	"errors"
	"strconv"
	"time"
)

var errTime = errors.New("is no time of this format")

// setLocal reads the time of the Common Log Format, such as 10/Oct/2000:13:55:36 -0700.
func setLocal(r *Record, text []byte) error {
	if len(text) != len("10/Oct/2000:13:55:36 -0700") || text[2] != '/' || text[6] != '/' || text[11] != ':' || text[14] != ':' || text[17] != ':' || text[20] != ' ' {
		return errTime
	}
	month, known := months[string(text[3:6])]
	day, year := pair(text), 100*pair(text[7:])+pair(text[9:])
	hour, minute, second := pair(text[12:]), pair(text[15:]), pair(text[18:])
	zone, err := offset(text[21:])
	if err != nil || !known || day < 1 || day > daysIn(month, year) || year < 0 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60 {
		return errTime
	}
	r.At = time.Date(year, month, day, hour, minute, second, 0, time.UTC).Add(-zone)
	r.Zone, r.Whole = zone, true
	return nil
}

var months = map[string]time.Month{
	"Jan": 1, "Feb": 2, "Mar": 3, "Apr": 4, "May": 5, "Jun": 6, "Jul": 7, "Aug": 8, "Sep": 9, "Oct": 10, "Nov": 11, "Dec": 12,
}

func daysIn(month time.Month, year int) int {
	return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// pair returns the number that two digits are, or a negative one.
func pair(text []byte) int {
	if len(text) < 2 || !digits(text[:2]) {
		return -1000
	}
	return 10*int(text[0]-'0') + int(text[1]-'0')
}

// offset reads the difference of a zone to UTC, such as -0700.
func offset(text []byte) (time.Duration, error) {
	if len(text) != 5 || text[0] != '+' && text[0] != '-' {
		return 0, errTime
	}
	hours, minutes := pair(text[1:]), pair(text[3:])
	if hours < 0 || hours > 18 || minutes < 0 || minutes > 59 {
		return 0, errTime
	}
	d := time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute
	if text[0] == '-' {
		d = -d
	}
	return d, nil
}

// setISO reads a time of RFC 3339, with parts of a second or without.
func setISO(r *Record, text []byte) (err error) {
	if r.At, err = time.Parse(time.RFC3339Nano, string(text)); err != nil {
		return errTime
	}
	r.Zone, r.Whole = zoneOf(r.At), len(text) < 20 || text[19] != '.'
	return nil
}

// zoneOf returns how far the clock of a time is ahead of UTC.
func zoneOf(t time.Time) time.Duration {
	_, seconds := t.Zone()
	return time.Duration(seconds) * time.Second
}

// since returns a setter of the time since 1970 in some unit, such as 1700000000.123 seconds.
func since(unit time.Duration) setter {
	return func(r *Record, text []byte) error {
		n, err := strconv.ParseFloat(string(text), 64)
		if err != nil || n < 0 || n*float64(unit) > float64(1<<62) {
			return errTime
		}
		whole := int64(n)
		r.At = time.Unix(0, whole*int64(unit)).Add(time.Duration((n - float64(whole)) * float64(unit)).Round(time.Microsecond)) // a float64 has no more digits
		r.Whole = unit == time.Second && bytes.IndexByte(text, '.') < 0
		return nil
	}
}

// fraction returns a setter of the part of a second that a time has, in some unit.
func fraction(unit time.Duration) setter {
	return func(r *Record, text []byte) error {
		n, err := strconv.Atoi(string(text))
		if err != nil || n < 0 || time.Duration(n)*unit >= time.Second {
			return errTime
		}
		r.fraction, r.fine = time.Duration(n)*unit, true
		return nil
	}
}

// setZone reads the difference to UTC where it is logged apart from the time.
func setZone(r *Record, text []byte) (err error) {
	r.zone, err = offset(text)
	return err
}

// layout returns a setter of a time in a layout of package time.
func layout(layout string, whole bool) setter {
	return func(r *Record, text []byte) (err error) {
		if r.At, err = time.Parse(layout, string(text)); err != nil {
			return errTime
		}
		r.Zone, r.Whole = zoneOf(r.At), whole
		return nil
	}
}
