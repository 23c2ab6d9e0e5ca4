package bench

import (
	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/bench/result"
)

// Recorded is recorded traffic. The requests of the whole run are its own, in their order; their
// routes are those of the scenario. The replay sends them at the recorded times, or, if About
// has a Shape, at random times whose rate follows the stages of the replay.
type Recorded struct {
	Record *load.Record
	About  result.Traffic
}

// about returns the description for the result, or nil.
func (r *Recorded) about() *result.Traffic {
	if r == nil {
		return nil
	}
	about := r.About
	return &about
}
