//go:build unix

package classifiedstest

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// ThreePages requests the pages that the shorter programs have: a category, an ad and a
// search, and what is not there.
func ThreePages() (steps []Step) {
	for _, path := range []string{
		"/c/bicycles", "/c/bicycles?before=300", "/c/bicycles?before=abc", "/c/bicycles?before=1", "/c/none", "/c/", "/nowhere", "/c/a/b",
		"/ads/33", "/ads/10", "/ads/0", "/ads/-1", "/ads/x", "/ads/99999999999999999999", "/ads/999999", "/ads/10?done=flagged", "/ads/10?done=%3Cb%3E",
		"/search", "/search?q=bike", "/search?q=zeppelin", "/search?q=the&category=furniture&max=%241%2C000", "/search?q=for+%26+the&min=1",
		"/search?q=bike&category=none", "/search?q=bike&min=cheap", "/search?q=bike&min=0x10", "/search?q=bike&min=1e1", "/search?q=bike&min=1,25", "/search?q=bike&max=5%20%24", "/search?q=bike&min=%245%24", "/search?q=bike&max=.5", "/search?q=bike&max=1,000.50", "/search?q=bike&min=30&max=20", "/search?q=the&before=200", "/search?q=the&min=12.50",
		"/search?q=%3Cscript%3E+caf%C3%A9+%E6%9D%B1&min=1%2C0", "/search?q=a+b+c+d+e+f+g+h+i+j", "/search?q=%22%29+OR+NEAR%2F2+-bike*",
		"/search?q=good&x=%C3%A9%2B+%26&category=", "/search?q=%22%27%3E&min=-1", "/search?q=a%00b",
	} {
		steps = append(steps, Get(path))
	}
	return steps
}

// CompareThreePages requests the three pages of a program so many times, and compares the
// answers with those of the Go program: one that persists may keep data of a request.
func CompareThreePages(t *testing.T, url string, times int) {
	t.Helper()
	steps := ThreePages()
	want := (&Visitor{URL: Reference(t)}).DoAll(t, steps)
	v := &Visitor{URL: url}
	for round := range times {
		for i, step := range steps {
			if diff := cmp.Diff(want[i], v.Do(t, step)); diff != "" {
				t.Errorf("round %d: %s: the answer differs (-Go +got):\n%s", round, step.Path, diff)
			}
		}
	}
}
