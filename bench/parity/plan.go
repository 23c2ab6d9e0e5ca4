// Package parity finds out whether a persistent program answers as the CGI program that it
// replaces. What it varies is the lifetime of the process: a fresh process for each request
// is right, and the same requests to a program that stays may be answered differently.
//
// A [Plan] names a baseline, candidates and requests; [Plan.Run] sends sequences of them to
// both sides, each with fresh data of its own, until the budget is spent, makes each
// difference as short as possible, and returns a [result.Verification]. Which sequences are
// sent, how answers are compared, what visitors send and what causes a difference is decided
// in the packages order, differ, visitor and hazard.
package parity

import (
	"cmp"
	"context"
	"time"

	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/parity/differ"
	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/result"
)

// DefaultBudget is the time for a verification if a plan has none.
const DefaultBudget = 2 * time.Minute

// A Plan is a verification of candidates.
type Plan struct {
	Scenario    result.Scenario // that the requests are from, for the result
	Environment result.Environment
	Version     string          // of the command, for the result
	Command     []string        // that verifies, for the result
	Requests    []trial.Request // in the order given
	Seed        int64
	Budget      time.Duration // for everything; 0 means DefaultBudget
	Soak        int           // number of requests of a soak; 0 soaks nothing
	Ignore      []differ.Ignore
	Differ      *differ.Differ // compares instead of a new one that ignores Ignore, such as one that has learned before; may be nil
	Replay      trial.Sequence // only this sequence is tried, whose last step is the victim; may be nil
	ReplayWant  int            // status of the baseline's answer to the victim then: with another one nothing is proved; 0 is any
	ReplayRate  float64        // share of the repetitions that showed its difference; 0 is 1
	ReplayGrows *result.Growth // the requests of Replay are sent as often as for this growth instead; may be nil

	Tick       time.Duration // resolution of the clocks that the programs show: pauses are longer; 0 is a second
	AnswerTime time.Duration // that a candidate has at least for an answer; 0 is a second

	Lanes int // pairs of baseline and candidate that are probed at the same time, which takes data of its own for each; 0 is 1

	// Sides returns the baseline and the candidates, with data of their own: each call
	// returns others, as often as there are Lanes. They are not used by two goroutines at the same time.
	Sides func(ctx context.Context) ([]instance.Candidate, error)

	Watch func(Progress)                   // told how far the run is; may be nil
	Logf  func(format string, args ...any) // told what was found; may be nil

	launch launcher // nil starts processes
}

// Progress is how far a verification is.
type Progress struct {
	Phase   string // such as "orders"
	Detail  string // such as "12 sequences, 1 finding"
	Elapsed time.Duration
	Left    time.Duration // at most
}

// Run verifies all candidates. If it fails or ctx ends midway, it returns what was found
// so far, marked partial, together with the error.
func (p *Plan) Run(ctx context.Context) (*result.Verification, error) {
	r := newRun(p)
	err := r.verify(ctx)
	return r.result(ctx, err), err
}

// budget returns the time for everything.
func (p *Plan) budget() time.Duration {
	if p.Budget > 0 {
		return p.Budget
	}
	return DefaultBudget
}

// tick returns a time in which the clocks of programs go on.
func (p *Plan) tick() time.Duration { return cmp.Or(p.Tick, time.Second) * 11 / 10 }

// clockPause returns a time after which a clock that stands still is told from one that goes on:
// twice its resolution, and more.
func (p *Plan) clockPause() time.Duration { return cmp.Or(p.Tick, time.Second) * 23 / 10 }

func (p *Plan) answerTime() time.Duration { return cmp.Or(p.AnswerTime, time.Second) }
