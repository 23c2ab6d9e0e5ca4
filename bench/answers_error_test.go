package bench_test

import (
	"strings"
	"testing"

	"github.com/classibench/classibench/bench"
)

// The examples are different requests, even if one comes many times.
func TestAnswersErrorShowsDifferentRequests(t *testing.T) {
	for name, c := range map[string]struct {
		examples []string
		want     string
	}{
		"one":            {[]string{"GET /a: x: y"}, "\n    GET /a: x: y"},
		"one many times": {[]string{"GET /a: 1", "GET /a: 2", "GET /a: 3", "GET /a: 4"}, "\n    GET /a: 1\n    and 3 more"},
		"mixed":          {[]string{"GET /a: 1", "GET /a: 1", "GET /b: 1", "POST /a: 1", "GET /c: 1"}, "\n    GET /a: 1\n    GET /b: 1\n    POST /a: 1\n    and 2 more"},
	} {
		err := &bench.AnswersError{Base: "old", Head: "new", Asked: 9, Different: len(c.examples), Expected: true, Examples: c.examples}
		if got := err.Error(); !strings.HasSuffix(got, " like old:"+c.want) {
			t.Errorf("%s: got %q, want %q at its end", name, got, c.want)
		}
	}
}
