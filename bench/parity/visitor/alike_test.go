package visitor_test

import (
	"net/http"
	"testing"

	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/parity/visitor"
)

// A random token of hex digits may have digits only, on either side.
func TestATokenThatIsANumberByChance(t *testing.T) {
	with := func(token string) []trial.Exchange {
		body := `<form><input type="hidden" name="key" value="` + token + `"></form>`
		return []trial.Exchange{{Step: trial.Step{Request: trial.Request{Route: "form"}}, Answer: trial.Answer{
			Status: 200, Header: http.Header{"Content-Type": {"text/html"}}, Body: []byte(body)}}}
	}
	s := visitor.NewSessions()
	s.Learn(with("0c4db7a6e55d0f12"), with("9be2f0a1c3d47788"))
	for _, c := range []struct {
		base, candidate string
		same            bool
	}{
		{"3ed5da0cf278d0be", "8658518992653600", true},
		{"8658518992653600", "3ed5da0cf278d0be", true},
		{"3ed5da0cf278d0be", "1c4db7a6e55d0f12", true},
		{"3ed5da0cf278d0be", "86585189", false}, // another length: no token of this kind
	} {
		n := s.Neutral(trial.Trial{Baseline: with(c.base), Candidate: with(c.candidate)})
		if got := string(n.Baseline[0].Answer.Body) == string(n.Candidate[0].Answer.Body); got != c.same {
			t.Errorf("%s and %s: get the same name: %v, want %v", c.base, c.candidate, got, c.same)
		}
	}
}
