package result

import (
	"fmt"

	"github.com/classibench/classibench/internal/unit"
)

// Unpin lets generator and targets share all cores. Every report of the result shows the
// reason.
func (e *Environment) Unpin(why string) {
	e.LoadCPUs, e.TargetCPUs, e.Unpinned = nil, nil, why
	e.Pinning = "neither generator nor targets are pinned: " + why
}

// SharingWarnings returns a warning if generator and targets had to share cores.
func (e Environment) SharingWarnings(about string) []Warning {
	if e.Unpinned == "" {
		return nil
	}
	return []Warning{{about, "generator and targets shared all cores and slowed each other down, which makes a fast target look slower than it is: " + e.Unpinned}}
}

// Warnings returns a warning that names the quota, if there is one.
func (q *Quota) Warnings() []Warning {
	switch {
	case q == nil:
		return nil
	case q.throttled():
		return []Warning{{AboutQuota, q.String() + ": a process that is stopped looks like a slow target, or like a slow generator. Lift the limit for the measurement"}}
	}
	return []Warning{{AboutQuota, q.String()}}
}

func (q *Quota) throttled() bool { return q.ThrottledPeriods > 0 || q.ThrottledSeconds > 0 }

// plus returns the quota with what another measurement of the same run was stopped, too.
func (q *Quota) plus(other *Quota) *Quota {
	if q == nil || other == nil {
		return q
	}
	sum := *q
	sum.ThrottledSeconds += other.ThrottledSeconds
	sum.ThrottledPeriods += other.ThrottledPeriods
	return &sum
}

// String describes the quota, and empty for none.
func (q *Quota) String() string {
	switch {
	case q == nil:
		return ""
	case !q.throttled():
		return fmt.Sprintf("a control group limits CPU time to %s (%s); the limit was not reached", q.cores(), q.From)
	}
	return fmt.Sprintf("a control group limits CPU time to %s (%s), and stopped processes in %s, for %s on all cores together",
		q.cores(), q.From, unit.Count(q.ThrottledPeriods, "period"), unit.Seconds(q.ThrottledSeconds))
}

// limit returns the number of cores in words.
func (q *Quota) limit() string {
	if q == nil {
		return "none"
	}
	return fmt.Sprintf("%.3g", q.Cores)
}

func (q *Quota) cores() string { return fmt.Sprintf("%.3g cores", q.Cores) }

// AboutQuota is the part of a result that a warning about a CPU quota is about.
const AboutQuota = "environment.cpu_quota"

// TargetCores returns the number of cores that a target may use.
func (e Environment) TargetCores() int {
	if len(e.TargetCPUs) > 0 {
		return len(e.TargetCPUs)
	}
	return max(1, e.Cores)
}

// GeneratorCores returns the number of cores that the generator may use.
func (e Environment) GeneratorCores() int {
	if len(e.LoadCPUs) > 0 {
		return len(e.LoadCPUs)
	}
	return max(1, e.Cores)
}
