package order

import (
	"maps"
	"slices"
	"strings"

	"github.com/classibench/classibench/bench/parity/trial"
)

// parts removes a header, a parameter of the query, or a field of a form.
type parts struct{}

func (parts) forms(s trial.Sequence) (n int) {
	for _, step := range s {
		n += len(simpler(step.Request))
	}
	return n
}

func (parts) form(s trial.Sequence, i int) trial.Sequence {
	s = slices.Clone(s)
	for j, step := range s {
		forms := simpler(step.Request)
		if i < len(forms) {
			s[j].Request = forms[i]
			break
		}
		i -= len(forms)
	}
	return s
}

// simpler returns the forms of a request with one part less.
func simpler(r trial.Request) (forms []trial.Request) {
	for _, name := range slices.Sorted(maps.Keys(r.Header)) {
		form := r
		form.Header = maps.Clone(r.Header)
		delete(form.Header, name)
		forms = append(forms, form)
	}
	path, query, _ := strings.Cut(r.URL, "?")
	for _, rest := range withoutOne(query) {
		form := r
		form.URL = strings.TrimSuffix(path+"?"+rest, "?")
		forms = append(forms, form)
	}
	if isForm(r) {
		for _, rest := range withoutOne(r.Body) {
			form := r
			form.Body = rest
			forms = append(forms, form)
		}
	}
	return forms
}

// isForm reports whether the body is made of fields as in a query.
func isForm(r trial.Request) bool {
	kind := r.Header.Get("Content-Type")
	return strings.HasPrefix(kind, "application/x-www-form-urlencoded") || kind == "" && strings.Contains(r.Body, "=")
}

// withoutOne returns a query without each of its pairs.
func withoutOne(query string) (rest []string) {
	if query == "" {
		return nil
	}
	pairs := strings.Split(query, "&")
	for i := range pairs {
		rest = append(rest, strings.Join(slices.Delete(slices.Clone(pairs), i, i+1), "&"))
	}
	return rest
}
