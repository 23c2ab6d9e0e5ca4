package parity

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/internal/unit"
)

// refusals are the routes that the baseline has answered with an error so far, each with the
// last such request. Where it answers with nothing else, two pages of errors are compared.
type refusals struct {
	last     map[string]string // such as "GET /x (status 404)", by route
	answered map[string]bool   // routes that had another answer
}

func newRefusals() refusals {
	return refusals{last: map[string]string{}, answered: map[string]bool{}}
}

// A quality is what an answer of the baseline is good for.
type quality int

const (
	broken  quality = iota // it proves nothing: the program does not work, or did not answer
	refusal                // an error that the request may have caused
	success
)

func qualityOf(a trial.Answer) quality {
	switch {
	case a.Failure != "" || a.Status == 0 || a.Status >= http.StatusInternalServerError:
		return broken
	case a.Status >= http.StatusBadRequest:
		return refusal
	}
	return success
}

// fails returns an error if the baseline answers some requests with failures only.
func (h *hunt) fails(all []trial.Exchange) error {
	for _, e := range all {
		if qualityOf(e.Answer) != broken {
			return nil
		}
	}
	return &BaselineError{Target: h.pair.baseline.candidate.Name, Request: named(all[0].Sent), Problem: outcome(all[0].Answer)}
}

// note reads answers of the baseline.
func (r refusals) note(exchanges []trial.Exchange) {
	for _, e := range exchanges {
		q, status := e.Step.Request, e.Answer.Status
		switch {
		case qualityOf(e.Answer) == success:
			r.answered[q.Route] = true
		case status > 0:
			r.last[q.Route] = fmt.Sprintf("%s %s (status %d)", q.Method, q.URL, status)
		}
	}
}

// routes returns an example of each route that was answered with errors only, in the order
// of the requests.
func (r refusals) routes(requests []trial.Request) (all []string) {
	seen := map[string]bool{}
	for _, q := range requests {
		if example := r.last[q.Route]; example != "" && !r.answered[q.Route] && !seen[q.Route] {
			all, seen[q.Route] = append(all, example), true
		}
	}
	return all
}

// mostExamples limits the routes that are named.
const mostExamples = 3

// refused returns why nothing is proved if the baseline answered with errors only, or warns
// about the routes for which it did.
func (r *run) refused() string {
	all := r.refusals.routes(r.plan.Requests)
	if len(all) == 0 || r.plan.Replay != nil {
		return ""
	}
	examples := strings.Join(all[:min(len(all), mostExamples)], ", ")
	if len(r.refusals.answered) == 0 {
		return "the baseline answered each request with an error: " + examples + ": check the paths, and whether its command or its server needs further settings"
	}
	verb := "was"
	if len(all) > 1 {
		verb = "were"
	}
	r.warn("tried", "%s %s answered with errors only, so nothing else was compared: %s", unit.Count(len(all), "route"), verb, examples)
	return ""
}

// A BaselineError reports a baseline that answers no request.
type BaselineError struct {
	Target  string
	Request string
	Problem string
}

func (e *BaselineError) Error() string {
	return fmt.Sprintf("%s answers no request properly, and its answers are to be the right ones: %s gives %s", e.Target, e.Request, e.Problem)
}
