package parity

import (
	"strings"
	"testing"

	"github.com/classibench/classibench/bench/parity/trial"
)

func TestRefusals(t *testing.T) {
	ask := func(route string, status int) trial.Exchange {
		return trial.Exchange{Step: trial.Step{Request: trial.Request{Route: route, Method: "GET", URL: "/" + route}}, Answer: trial.Answer{Status: status}}
	}
	requests := func(exchanges []trial.Exchange) (all []trial.Request) {
		for _, e := range exchanges {
			all = append(all, e.Step.Request)
		}
		return all
	}
	for name, c := range map[string]struct {
		sent         []trial.Exchange
		reason, warn string
	}{
		"all answered":              {sent: []trial.Exchange{ask("a", 200), ask("b", 302)}},
		"errors only":               {sent: []trial.Exchange{ask("a", 404), ask("b", 500)}, reason: "each request with an error: GET /a (status 404), GET /b (status 500): check the paths"},
		"one of two":                {sent: []trial.Exchange{ask("a", 404), ask("b", 200)}, warn: "1 route was answered with errors only, so nothing else was compared: GET /a (status 404)"},
		"later with what it needs":  {sent: []trial.Exchange{ask("a", 403), ask("login", 200), ask("a", 200)}},
		"no answer is not an error": {sent: []trial.Exchange{ask("a", 0)}},
	} {
		r := newRun(&Plan{Requests: requests(c.sent)})
		r.refusals.note(c.sent)
		reason, warned := r.refused(), ""
		for _, w := range r.warnings {
			warned += w.Text
		}
		if !strings.Contains(reason, c.reason) || (c.reason == "") != (reason == "") || warned != c.warn {
			t.Errorf("%s: got reason %q and warning %q, want %q and %q", name, reason, warned, c.reason, c.warn)
		}
	}
}
