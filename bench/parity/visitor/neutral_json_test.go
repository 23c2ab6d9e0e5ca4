package visitor_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/parity/visitor"
)

// A body of JSON stays JSON when its identifiers are neutral: a text in place of a number would
// have it compared as text.
func TestNeutralJSONIsJSON(t *testing.T) {
	for name, c := range map[string]struct {
		values  [4]string // of two runs that are learned from, of the baseline and of the candidate
		neutral bool      // whether the last two get the same name
	}{
		"a token":         {[4]string{`"f3a9c1d07b"`, `"09b1c6d2ea"`, `"7cd01be89a"`, `"b1208ac9de"`}, true},
		"a whole number":  {[4]string{"48210937", "93710482", "55019284", "10938475"}, true},
		"a fraction":      {[4]string{"9.29296875", "10.8530273", "4.43896484", "8.125937"}, false},
		"a small one":     {[4]string{"0.000123401", "0.000981237", "0.000551029", "0.000774410"}, false},
		"a negative one":  {[4]string{"-48210937", "-93710482", "-55019284", "-10938475"}, false},
		"an exponent":     {[4]string{"4.8210937e-05", "9.3710482e-05", "5.5019284e-05", "1.0938475e-05"}, false},
		"text with a dot": {[4]string{`"0.48210937"`, `"0.93710482"`, `"0.55019284"`, `"0.10938475"`}, true},
	} {
		t.Run(name, func(t *testing.T) {
			var runs [4][]trial.Exchange
			for i, v := range c.values {
				answer := trial.Answer{Status: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: fmt.Appendf(nil, `{"value": %s, "title": "Bicycle"}`, v)}
				runs[i] = []trial.Exchange{{Step: trial.Step{Request: get("/")}, Answer: answer}}
			}
			s := visitor.NewSessions()
			s.Learn(runs[0], runs[1])
			got := s.Neutral(trial.Trial{Baseline: runs[2], Candidate: runs[3]})
			for _, side := range [][]trial.Exchange{got.Baseline, got.Candidate} {
				if body := side[0].Answer.Body; !json.Valid(body) {
					t.Errorf("got %s, which is no JSON", body)
				}
			}
			if same := equalAnswers(got); same != c.neutral {
				t.Errorf("got %s and %s, equal %t, want %t", got.Baseline[0].Answer.Body, got.Candidate[0].Answer.Body, same, c.neutral)
			}
		})
	}
}
