package result_test

import (
	"strings"
	"testing"

	"github.com/classibench/classibench/bench/result"
)

// Wrong answers of all targets to about the same share of the requests point to the data.
func TestErrorsOfAllTargets(t *testing.T) {
	for _, c := range []struct {
		name           string
		cgi, candidate result.Throughput
		want           bool
	}{
		{"9% on both sides", result.Throughput{Hits: 910, Errors: 90}, result.Throughput{Hits: 90_800, Errors: 9_200}, true},
		{"all on both sides", result.Throughput{Errors: 10}, result.Throughput{Errors: 900}, true},
		{"one side", result.Throughput{Hits: 910, Errors: 90}, result.Throughput{Hits: 1000}, false},
		{"another share", result.Throughput{Hits: 910, Errors: 90}, result.Throughput{Hits: 970, Errors: 30}, false},
		{"few", result.Throughput{Hits: 995, Errors: 5}, result.Throughput{Hits: 995, Errors: 5}, false},
		{"nothing measured", result.Throughput{}, result.Throughput{Hits: 910, Errors: 90}, false},
	} {
		r := resultOf(19, 20, 21)
		r.Capacity.Throughput = map[string]result.Throughput{"cgi": c.cgi, "persistent": c.candidate}
		reasons := strings.Join(result.Judge(r).Reasons, "\n")
		if got := strings.Contains(reasons, "cgi and persistent answered about the same share of the requests wrongly"); got != c.want {
			t.Errorf("%s: got %v, want %v:\n%s", c.name, got, c.want, reasons)
		}
	}
}

// The same holds for a gate.
func TestErrorsOfBothSidesOfAGate(t *testing.T) {
	quad := result.Quad{Candidate: "head"}
	for _, name := range []string{"base", "head", "head", "base"} {
		quad.Blocks = append(quad.Blocks, result.Block{Target: name, Hits: 91, Errors: 9, Seconds: 1})
	}
	r := &result.Result{Targets: []result.Target{{Name: "base"}, {Name: "head"}}, Gate: &result.Gate{Quads: 4, Looks: 5, Alpha: 0.05, MaxLoss: 0.05, Sessions: []result.Session{{Quads: []result.Quad{quad}}}}}
	result.JudgeGate(r)
	if reasons := strings.Join(r.Verdict.Reasons, "\n"); !strings.Contains(reasons, "base and head answered about the same share of the requests wrongly (9% and 9%)") {
		t.Errorf("got %q", reasons)
	}
}
