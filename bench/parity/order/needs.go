package order

import (
	"bytes"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"github.com/classibench/classibench/bench/parity/trial"
)

// Needs returns for each exchange the numbers of the earlier ones that it needs, in
// order: of the page with the hidden field that the request fills in as {{name}}, and
// of the answer that set a cookie which was sent. The exchanges are those of one side,
// in the order in which they were sent. A page that only sets a cookie again, as for a
// session that is prolonged by each visit, is not needed.
func Needs(exchanges []trial.Exchange) [][]int {
	needs := make([][]int, len(exchanges))
	seen := map[int]*givers{}
	for i, e := range exchanges {
		g := seen[e.Step.Visitor]
		if g == nil {
			g = &givers{fields: map[string]int{}, cookies: map[string]int{}}
			seen[e.Step.Visitor] = g
		}
		needs[i] = g.of(e)
		g.see(i, e)
	}
	return needs
}

// givers are the exchanges of a visitor that gave a value last, by its name.
type givers struct{ fields, cookies map[string]int }

// of returns the exchanges that gave the values in a request.
func (g *givers) of(e trial.Exchange) []int {
	from := map[int]bool{}
	for _, name := range placeholders(e.Step.Request) {
		if i, ok := g.fields[name]; ok {
			from[i] = true
		}
	}
	for _, c := range (&http.Request{Header: e.Sent.Header}).Cookies() {
		if i, ok := g.cookies[c.Name]; ok {
			from[i] = true
		}
	}
	return slices.Sorted(maps.Keys(from))
}

func (g *givers) see(i int, e trial.Exchange) {
	for _, c := range (&http.Response{Header: e.Answer.Header}).Cookies() {
		if _, ok := g.cookies[c.Name]; !ok || !e.Step.Request.Safe() {
			g.cookies[c.Name] = i
		}
	}
	for _, name := range hiddenFields(e.Answer.Body) {
		g.fields[name] = i
	}
}

var placeholder = regexp.MustCompile(`\{\{([^{}]+)\}\}`)

// placeholders returns the names in {{name}} of a request, without repetitions.
func placeholders(r trial.Request) []string {
	text := []string{r.URL, r.Body}
	for _, values := range r.Header {
		text = append(text, values...)
	}
	names := map[string]bool{}
	for _, m := range placeholder.FindAllStringSubmatch(strings.Join(text, "\n"), -1) {
		names[strings.TrimSpace(m[1])] = true
	}
	return slices.Sorted(maps.Keys(names))
}

// hiddenFields returns the names of the hidden fields of a page.
func hiddenFields(page []byte) (names []string) {
	for z := html.NewTokenizer(bytes.NewReader(page)); ; {
		switch z.Next() {
		case html.ErrorToken:
			return names
		case html.StartTagToken, html.SelfClosingTagToken:
			if name, ok := hiddenField(z.Token()); ok {
				names = append(names, name)
			}
		}
	}
}

func hiddenField(t html.Token) (name string, hidden bool) {
	if t.Data != "input" {
		return "", false
	}
	for _, a := range t.Attr {
		switch {
		case a.Key == "name":
			name = a.Val
		case a.Key == "type" && strings.EqualFold(a.Val, "hidden"):
			hidden = true
		}
	}
	return name, hidden && name != ""
}

// guess returns the needs of steps without their answers: a request with {{name}} needs
// the last page before it that the same visitor fetched by GET.
func guess(s trial.Sequence) [][]int {
	needs, page := make([][]int, len(s)), map[int]int{}
	for i, step := range s {
		if last, ok := page[step.Visitor]; ok && len(placeholders(step.Request)) > 0 {
			needs[i] = []int{last}
		}
		if step.Request.Method == "GET" {
			page[step.Visitor] = i
		}
	}
	return needs
}
