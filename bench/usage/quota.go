package usage

import (
	"fmt"
	"strconv"
	"strings"
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
