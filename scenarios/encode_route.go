package scenarios

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

func (w *writer) mix(mix []Route) {
	if slices.ContainsFunc(mix, func(r Route) bool { return r.Expect.Baseline }) {
		w.line(0, "# expect: baseline: a right answer is what the first target answered to the same request before measuring.")
	}
	w.line(0, "mix: # a route's share of the requests is its weight / the sum of all")
	for _, r := range mix {
		w.route(r)
	}
}

func (w *writer) route(r Route) {
	w.line(2, "- name: "+plain(r.Name))
	if r.Weight != 1 {
		w.line(4, "weight: "+number(r.Weight))
	}
	w.line(4, strings.ToLower(r.Method)+": "+plain(r.Path))
	if len(r.Header) > 0 {
		w.line(4, "header: "+fields(r.Header))
	}
	if r.Type != "" {
		w.line(4, "type: "+plain(r.Type))
	}
	switch {
	case len(r.Form) > 0:
		w.line(4, "form: "+fields(r.Form))
	case r.Body != "" || r.Type != "":
		w.line(4, "body: "+plain(r.Body))
	}
	w.expect(r.Expect)
}

func (w *writer) expect(e Expect) {
	var parts []string
	if e.Status != 0 && e.Status != http.StatusOK {
		parts = append(parts, "status: "+strconv.Itoa(e.Status))
	}
	if e.Body != "" {
		parts = append(parts, "body: "+flow(e.Body))
	}
	switch {
	case e.Baseline:
		w.line(4, "expect: baseline")
	case len(parts) > 0:
		w.line(4, "expect: {"+strings.Join(parts, ", ")+"}")
	}
}

// fields writes the fields of a header or a form; those of the same name as a list.
func fields(all []Field) string {
	var parts []string
	for len(all) > 0 {
		name := all[0].Name
		var values []string
		for len(all) > 0 && all[0].Name == name {
			values = append(values, flow(all[0].Value))
			all = all[1:]
		}
		text := values[0]
		if len(values) > 1 {
			text = "[" + strings.Join(values, ", ") + "]"
		}
		parts = append(parts, flow(name)+": "+text)
	}
	return "{" + strings.Join(parts, ", ") + "}"
}
