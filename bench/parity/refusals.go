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

// note reads answers of the baseline.
func (r refusals) note(exchanges []trial.Exchange) {
	for _, e := range exchanges {
		q, status := e.Step.Request, e.Answer.Status
		switch {
		case status >= http.StatusBadRequest:
			r.last[q.Route] = fmt.Sprintf("%s %s (status %d)", q.Method, q.URL, status)
		case status > 0:
			r.answered[q.Route] = true
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
