// Package trial describes what was sent to two programs and what they answered. It
// holds values only: package bench/parity sends them, and the packages beside this
// one compare, order and explain them.
package trial

import (
	"net/http"
	"time"
)

// A Request is one request of the list that is verified. URL, Header and Body may
// contain {{name}}: the hidden field of that name that the visitor saw last on the
// same side. They may also contain the marks of a visitor, such as {visitor.0}; see
// package bench/parity/visitor.
type Request struct {
	Route  string // name of its route
	Method string
	URL    string // path and query
	Header http.Header
	Body   string
}

// Safe reports whether the request changes no data by its method (RFC 9110 §9.2.1).
func (r Request) Safe() bool {
	switch r.Method {
	case "GET", "HEAD", "OPTIONS", "TRACE":
		return true
	}
	return false
}

// A Step is a request of a sequence.
type Step struct {
	Request Request
	Visitor int // number of the visitor, from 0; each has cookies of its own
	Batch   int // steps next to each other with the same number, not 0, are sent at the same time

	Pause   time.Duration // before the step, so that clocks of programs go on; usually 0
	Connect bool          // over a new connection, which another worker may serve
}

// A Sequence is a list of steps, sent in order to a program that was just started.
type Sequence []Step

// An Answer is the response of one side.
type Answer struct {
	Status  int
	Header  http.Header // without hop-by-hop fields (RFC 9110 §7.6.1)
	Body    []byte      // decoded; cut after a limit of the sender
	Rest    string      // length and digest of what was cut; empty if nothing was
	Failure string      // why there is no answer, such as "connection reset"; empty if there is one
	From    string      // host and port of the request
	At      time.Time   // when it was complete
	Took    time.Duration
}

// An Exchange is a step with what was sent for it, and the answer.
type Exchange struct {
	Step   Step
	Own    Request // of Step, with the values of its visitor; hidden fields are still names
	Sent   Request // with fields, marks and cookies filled in
	Answer Answer
}

// A Trial is a sequence that was sent to both sides, each with equal fresh data.
// Baseline and Candidate have an exchange for each step.
type Trial struct {
	Baseline, Candidate []Exchange
}

// How a sequence is sent to the candidate.
type How struct {
	Fresh   bool // the candidate is restarted before each request; its data stays
	Last    bool // the same, only before the last request or the last ones that are sent at the same time
	Workers int  // number of workers; 0 is as the target is configured
}
