package result

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// Join adds the result of a gate's next measurement to the joined results of the earlier
// ones, and returns both. before is nil for the first measurement.
func Join(before, r *Result) *Result {
	if r.Gate == nil {
		r.Gate = &Gate{}
	}
	if before == nil {
		return r
	}
	for _, t := range r.Targets {
		if !slices.ContainsFunc(before.Targets, func(x Target) bool { return x.Name == t.Name }) {
			before.Targets = append(before.Targets, t)
		}
	}
	if r.Capacity != nil && (before.Capacity == nil || r.Capacity.Gain != nil) {
		before.Capacity = r.Capacity
	}
	if r.Replay != nil {
		before.Replay, before.Scenario = r.Replay, r.Scenario // the digest covers the replay
	}
	before.Environment.Quota = before.Environment.Quota.plus(r.Environment.Quota)
	before.Warnings = slices.DeleteFunc(append(before.Warnings, r.Warnings...), func(w Warning) bool { return w.About == AboutQuota })
	before.Warnings = append(before.Warnings, before.Environment.Quota.Warnings()...)
	before.Seconds += r.Seconds
	before.Partial = r.Partial
	return before
}

// JudgeAgain judges the gate of a stored result. The error reports a result that
// contradicts itself.
func JudgeAgain(r *Result) error {
	before, err := r.Gate.Outcome, Consistent(r)
	JudgeGate(r)
	if err == nil && r.Gate.Outcome != before {
		err = fmt.Errorf("its outcome is %q, but its blocks give %q", before, r.Gate.Outcome)
	}
	return err
}

// ErrNoGain means that a result has no gain that can be trusted.
var ErrNoGain = errors.New("no gain that can be trusted")

// NewStored returns the gain of an earlier result, which was read from path. The error is
// ErrNoGain, or reports a result that contradicts itself.
func NewStored(path string, r *Result) (*Stored, error) {
	if r.Capacity == nil || r.Capacity.Gain == nil || r.Partial != "" || !r.Verdict.Valid {
		return nil, ErrNoGain
	}
	if err := Consistent(r); err != nil {
		return nil, err
	}
	return &Stored{Path: path, Began: r.Began.Format(time.RFC3339), Gain: r.Capacity.Again(*r.Capacity.Gain)}, nil
}
