package scenarios

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Hints about the form of values.
const (
	formDuration = "write a duration as 40s, 500ms or 2m"
	formRate     = `write a rate as "120 hits/s", "500000 hits/day" or "1.5 capacity"`
	formShare    = "write a share as 1% or 0.01"
	formNumber   = "write a number"
	formWhole    = "write a whole number"
	formSwitch   = "write true or false"
)

func parseSwitch(s string) (bool, error) {
	if s != "true" && s != "false" {
		return false, errors.New("neither true nor false")
	}
	return s == "true", nil
}

func parseDuration(s string) (time.Duration, error) {
	d, err := time.ParseDuration(s)
	switch {
	case err != nil:
		return 0, errors.New("not a duration")
	case d <= 0:
		return 0, errors.New("must be above 0")
	case d > 24*time.Hour:
		return 0, errors.New("longer than a day")
	}
	return d, nil
}

// ParseRate parses a rate as in a scenario: "120 hits/s", "2M hits/day", "1.5
// capacity".
func ParseRate(s string) (Rate, error) {
	r, err := parseRate(s)
	if err != nil {
		return r, fmt.Errorf("%q: %w; %s", s, err, formRate)
	}
	return r, nil
}

// ParseShare parses a share as in a scenario: "5%" or "0.05".
func ParseShare(s string) (float64, error) {
	x, err := parseShare(s)
	if err != nil {
		return x, fmt.Errorf("%q: %w; %s", s, err, formShare)
	}
	return x, nil
}

// parseRate parses "120 hits/s", "2M hits/day" or "1.5 capacity".
func parseRate(s string) (Rate, error) {
	number, unit, _ := strings.Cut(s, " ")
	x, err := parseScaled(number)
	if err != nil {
		return Rate{}, err
	}
	units := map[string]Unit{"hits/s": HitsPerSecond, "hits/day": HitsPerDay, "capacity": OfCapacity}
	u, ok := units[strings.TrimSpace(unit)]
	switch {
	case unit == "":
		return Rate{}, errors.New("the unit is missing")
	case !ok:
		return Rate{}, fmt.Errorf("unknown unit %q", unit)
	case x <= 0:
		return Rate{}, errors.New("must be above 0")
	}
	r := Rate{x, u}
	return r, r.check()
}

// check refuses rates that cannot be offered.
func (r Rate) check() error {
	perSecond := r.PerSecond(1)
	switch {
	case r.Unit == OfCapacity && r.Value > maxMultiple:
		return fmt.Errorf("must be at most %g capacity", maxMultiple)
	case r.Unit == OfCapacity && r.Value < minRate:
		return fmt.Errorf("must be at least %g capacity", minRate)
	case r.Unit != OfCapacity && perSecond > maxRate:
		return fmt.Errorf("must be at most %d hits/s", int(maxRate))
	case r.Unit != OfCapacity && perSecond < minRate:
		return fmt.Errorf("must be at least %g hits/s", minRate)
	}
	return nil
}

// parseScaled parses a number that may end in k or M and contain underscores.
func parseScaled(s string) (float64, error) {
	factor := 1.0
	switch {
	case strings.HasSuffix(s, "k"):
		s, factor = s[:len(s)-1], 1e3
	case strings.HasSuffix(s, "M"):
		s, factor = s[:len(s)-1], 1e6
	}
	x, err := parseNumber(strings.ReplaceAll(s, "_", ""))
	return x * factor, err
}

func parseNumber(s string) (float64, error) {
	x, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
		return 0, errors.New("not a number")
	}
	return x, nil
}

func parseShare(s string) (float64, error) {
	number, percent := strings.CutSuffix(s, "%")
	x, err := parseNumber(strings.TrimSpace(number))
	if percent {
		x /= 100
	}
	switch {
	case err != nil:
		return 0, err
	case x < 0 || x > 1:
		return 0, errors.New("not between 0% and 100%")
	}
	return x, nil
}

func parseWhole(s string) (int64, error) {
	n, err := strconv.ParseInt(strings.ReplaceAll(s, "_", ""), 10, 64)
	if err != nil {
		return 0, errors.New("not a whole number")
	}
	return n, nil
}

// between returns a parser of whole numbers from low to high.
func between(low, high int64) func(string) (int, error) {
	return func(s string) (int, error) {
		n, err := parseWhole(s)
		if err == nil && (n < low || n > high) {
			err = fmt.Errorf("must be from %d to %d", low, high)
		}
		return int(n), err
	}
}

// parseWeight parses the weight of a route.
func parseWeight(s string) (float64, error) {
	x, err := parseNumber(s)
	switch {
	case err != nil:
	case x <= 0:
		err = errors.New("must be more than 0")
	case x < minWeight || x > maxWeight:
		err = fmt.Errorf("must be from %g to %g", minWeight, maxWeight)
	}
	return x, err
}

// parseEnd parses an end of a range.
func parseEnd(s string) (int64, error) {
	n, err := parseWhole(s)
	if err == nil && (n < -maxDrawn || n > maxDrawn) {
		err = fmt.Errorf("must be from %d to %d", -maxDrawn, maxDrawn)
	}
	return n, err
}

// parsePoint parses a point of a curve.
func parsePoint(s string) (float64, error) {
	x, err := parseNumber(s)
	if err == nil && x > maxMultiple {
		err = fmt.Errorf("must be at most %g", maxMultiple)
	}
	return x, err
}

// String returns the rate in the form of a scenario.
func (r Rate) String() string {
	unit := [...]string{HitsPerSecond: "hits/s", HitsPerDay: "hits/day", OfCapacity: "capacity"}[r.Unit]
	return strconv.FormatFloat(r.Value, 'f', -1, 64) + " " + unit
}
