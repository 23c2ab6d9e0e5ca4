package usage

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// parseMax parses cpu.max of a version 2 control group: "max 100000" or "150000
// 100000", a quota and a period in microseconds. It returns the number of CPUs, or
// 0 for no limit.
func parseMax(s string) (float64, error) {
	quota, period, _ := strings.Cut(strings.TrimSpace(s), " ")
	if quota == "max" {
		return 0, nil
	}
	return parseQuota(quota, period)
}

// parseQuota parses cpu.cfs_quota_us and cpu.cfs_period_us of a version 1 control
// group. A quota of -1 means no limit.
func parseQuota(quota, period string) (float64, error) {
	q, err := strconv.ParseInt(strings.TrimSpace(quota), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("want a CPU quota in microseconds, not %q: %w", quota, err)
	}
	if q < 0 {
		return 0, nil
	}
	p, err := strconv.ParseInt(strings.TrimSpace(period), 10, 64)
	if err != nil || p <= 0 {
		return 0, fmt.Errorf("want the period of a CPU quota in microseconds, not %q", period)
	}
	return float64(q) / float64(p), nil
}

// Throttled is how much CPU quotas have stopped processes, since the control groups
// were made.
type Throttled struct {
	Time    time.Duration // summed over the CPUs on which processes were stopped
	Periods uint64        // of a quota, in which it was used up
}

// Sub returns what was stopped since an earlier reading; nothing, if a control group is gone
// that was read then.
func (t Throttled) Sub(earlier Throttled) Throttled {
	return Throttled{max(t.Time, earlier.Time) - earlier.Time, max(t.Periods, earlier.Periods) - earlier.Periods}
}

// parseThrottled parses cpu.stat of a control group: throttled_usec in version 2,
// throttled_time in nanoseconds in version 1. Without them, nothing was stopped.
func parseThrottled(s string) (t Throttled) {
	for line := range strings.Lines(s) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		n, err := strconv.ParseUint(value, 10, 63)
		if err != nil {
			continue
		}
		switch key {
		case "nr_throttled":
			t.Periods = n
		case "throttled_usec":
			t.Time = time.Duration(min(n, math.MaxInt64/1000)) * time.Microsecond
		case "throttled_time":
			t.Time = time.Duration(n)
		}
	}
	return t
}
