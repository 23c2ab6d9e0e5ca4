package result

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// Join adds the result of a gate's next question to the results of the questions before,
// and returns both. The first question has none before it.
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
		before.Replay, before.Scenario = r.Replay, r.Scenario // its digest covers the replay
	}
	before.Warnings = append(before.Warnings, r.Warnings...)
	before.Seconds += r.Seconds
	before.Partial = r.Partial
	return before
}

// JudgeAgain judges the gate of a result that was read. The error reports a result that
// contradicts itself.
func JudgeAgain(r *Result) error {
	before, err := r.Gate.Outcome, Consistent(r)
	JudgeGate(r)
	if err == nil && r.Gate.Outcome != before {
		err = fmt.Errorf("it says %q, and its blocks say %q", before, r.Gate.Outcome)
	}
	return err
}

// ErrNoGain means that a result holds no gain that can be trusted.
var ErrNoGain = errors.New("no gain that can be trusted")

// NewStored takes the gain of an earlier result from the file at path. The error is
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
