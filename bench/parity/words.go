package parity

import (
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/result"
)

// maxShown is the number of bytes of a body that a finding keeps.
const maxShown = 64 << 10

// outcome describes an answer in a few words.
func outcome(a trial.Answer) string {
	if a.Failure != "" {
		return a.Failure
	}
	return "status " + strconv.Itoa(a.Status)
}

// stepsOf returns a sequence for a result.
func stepsOf(q trial.Sequence) (all []result.VerifiedStep) {
	for _, s := range q {
		all = append(all, stepOf(s))
	}
	return all
}

func stepOf(s trial.Step) result.VerifiedStep {
	r := s.Request
	return result.VerifiedStep{Visitor: s.Visitor + 1, Method: r.Method, URL: r.URL, Header: r.Header, Body: r.Body, Route: r.Route, Batch: s.Batch, Pause: s.Pause.Seconds(), Connect: s.Connect}
}

// SequenceOf returns a sequence of a result as it was sent.
func SequenceOf(steps []result.VerifiedStep) (q trial.Sequence) {
	for _, s := range steps {
		r := trial.Request{Route: s.Route, Method: s.Method, URL: s.URL, Header: http.Header(s.Header), Body: s.Body}
		q = append(q, trial.Step{Request: r, Visitor: max(s.Visitor-1, 0), Batch: s.Batch, Pause: time.Duration(s.Pause * float64(time.Second)), Connect: s.Connect})
	}
	return q
}

// answerOf returns an answer for a result.
func answerOf(a trial.Answer) result.VerifiedAnswer {
	b := a.Body[:min(len(a.Body), maxShown)]
	text := string(b)
	if !utf8.Valid(b) {
		quoted := strconv.Quote(text)
		text = quoted[1 : len(quoted)-1]
	}
	return result.VerifiedAnswer{Status: a.Status, Header: a.Header, Body: text, Failure: a.Failure}
}

// named returns a request in a message.
func named(r trial.Request) string { return strings.TrimSpace(r.Method + " " + r.URL) }
