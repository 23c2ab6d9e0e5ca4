package order

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/classibench/classibench/bench/parity/trial"
)

// Needs returns for each exchange the numbers of the earlier ones that it needs, in
// order: fields of the answer with the value that the request fills in as {{name}}, and
// cookies of the answer that set a cookie which was sent. The exchanges are those of one
// side, in the order in which they were sent, and gives returns the names of the fields
// that an answer gives. A page that only sets a cookie again, as for a session that is
// prolonged by each visit, is not needed. A form with a password is: it may change what
// the cookies that are sent with it stand for.
func Needs(exchanges []trial.Exchange, gives func(trial.Answer) []string) (fields, cookies [][]int) {
	fields, cookies = make([][]int, len(exchanges)), make([][]int, len(exchanges))
	visitors, seen := map[int]*givers{}, 0
	for i, e := range exchanges {
		for ; seen < i && !atOnce(exchanges[seen].Step, e.Step); seen++ { // earlier ones
			visitors[exchanges[seen].Step.Visitor].see(seen, exchanges[seen], gives)
		}
		g := visitors[e.Step.Visitor]
		if g == nil {
			g = &givers{fields: map[string]int{}, cookies: map[string]int{}}
			visitors[e.Step.Visitor] = g
		}
		fields[i] = from(g.fields, placeholders(e.Step.Request))
		cookies[i] = from(g.cookies, sentCookies(e))
	}
	return fields, cookies
}

// atOnce reports whether two steps, with none of another batch between, are sent at the same time.
func atOnce(a, b trial.Step) bool { return a.Batch != 0 && a.Batch == b.Batch }

// givers are the exchanges of a visitor that gave a value last, by its name.
type givers struct{ fields, cookies map[string]int }

// from returns the exchanges that gave the values of some names.
func from(givers map[string]int, names []string) []int {
	all := map[int]bool{}
	for _, name := range names {
		if i, ok := givers[name]; ok {
			all[i] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

func sentCookies(e trial.Exchange) (names []string) {
	for _, c := range (&http.Request{Header: e.Sent.Header}).Cookies() {
		names = append(names, c.Name)
	}
	return names
}

func (g *givers) see(i int, e trial.Exchange, gives func(trial.Answer) []string) {
	if password.MatchString(e.Step.Request.Body) {
		for _, name := range sentCookies(e) {
			g.cookies[name] = i
		}
	}
	for _, c := range (&http.Response{Header: e.Answer.Header}).Cookies() {
		if _, ok := g.cookies[c.Name]; !ok || !e.Step.Request.Safe() {
			g.cookies[c.Name] = i
		}
	}
	for _, name := range gives(e.Answer) {
		g.fields[name] = i
	}
}

// password matches a form or a JSON text with a field for a password.
var password = regexp.MustCompile(`(?i)(^|[^a-z])(pass|passwd|password|pwd)\b`)

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
