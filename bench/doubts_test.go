package bench

import (
	"fmt"
	"slices"
	"testing"

	"github.com/classibench/classibench/bench/answers"
	"github.com/classibench/classibench/bench/load"
)

// A kind of doubtful pages is one warning, however many pages there are: the traffic of a site has
// hundreds of addresses that are gone.
func TestDoubtsAreGrouped(t *testing.T) {
	page := func(path string, status int, marker string, bodies ...string) learnedPage {
		p := learnedPage{request: "GET " + path, right: load.Expectation{Status: status, Marker: marker}}
		for _, b := range bodies {
			p.same = append(p.same, answers.Answer{Status: status, Body: []byte(b)})
		}
		return p
	}
	gone := func(n int) (all []learnedPage) {
		for i := range n {
			all = append(all, page(fmt.Sprint("/", i+1), 404, "no such page", "no such page", "no such page"))
		}
		return all
	}
	right, moved, denied := page("/", 200, "hello", "hello", "hello"), page("/old", 301, "", "", ""), page("/admin", 403, "", "no", "no")
	rolls := []learnedPage{page("/dice", 200, "", "1", "6"), page("/coin", 200, "", "head", "tail")}
	for name, c := range map[string]struct {
		pages []learnedPage
		want  []string
	}{
		"none":      {[]learnedPage{right, moved}, nil},
		"one":       {gone(1), []string{"cgi answers GET /1 with status 404 (“no such page”), and this counts as the right answer"}},
		"three":     {gone(3), []string{"cgi answers 3 different requests with status 404 (the first with “no such page”), and this counts as the right answer: GET /1, GET /2, GET /3"}},
		"many":      {gone(1200), []string{"cgi answers 1,200 different requests with status 404 (the first with “no such page”), and this counts as the right answer: GET /1, GET /2, GET /3 and 1,197 more"}},
		"unchecked": {rolls[:1], []string{"only the status of the answers to GET /dice is checked: no text of the page stays the same, as in “1” and “6”"}},
		"two":       {rolls, []string{"only the status of the answers to 2 different requests is checked, to GET /dice, GET /coin; of the first, no text of the page stays the same, as in “1” and “6”"}},
		"kinds": {slices.Concat(gone(1), rolls[:1], []learnedPage{denied, right}), []string{
			"cgi answers GET /1 with status 404 (“no such page”), and this counts as the right answer",
			"only the status of the answers to GET /dice is checked: no text of the page stays the same, as in “1” and “6”",
			"cgi answers GET /admin with status 403 (“no”), and this counts as the right answer",
		}},
	} {
		var got []string
		for _, w := range doubts("cgi", c.pages) {
			got = append(got, w.Text)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}
