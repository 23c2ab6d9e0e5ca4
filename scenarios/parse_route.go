package scenarios

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

func (p *parsing) mix(n ast.Node) {
	names := map[string]bool{}
	p.listOf(n, "mix", maxRoutes, func(item ast.Node) {
		r := p.route(item)
		if names[r.Name] && r.Name != "" {
			p.problem(item, "give each route a name of its own", "two routes are called %q", r.Name)
		}
		names[r.Name] = true
		p.s.Mix = append(p.s.Mix, r)
	})
	if len(p.s.Mix) == 0 {
		p.problem(n, "", "the mix has no routes")
	}
}

var methods = []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}

// Methods returns the methods that a route may have.
func Methods() []string { return slices.Clone(methods) }

func (p *parsing) route(n ast.Node) Route {
	r := Route{Weight: 1, Expect: Expect{Status: http.StatusOK}}
	var marker ast.Node
	fields := []field{
		{"name", true, p.text("name", &r.Name)},
		{"weight", false, value(p.reader, "weight", formNumber, &r.Weight, parseWeight)},
		{"header", false, func(n ast.Node) { p.header(n, &r) }},
		{"form", false, func(n ast.Node) { r.Form = p.form(n) }},
		{"body", false, p.template("body", anywhere, &r.Body)},
		{"type", false, func(n ast.Node) { p.contentType(n, &r) }},
		{"expect", false, func(n ast.Node) { marker = p.expect(n, &r.Expect) }},
	}
	for _, m := range methods {
		fields = append(fields, field{strings.ToLower(m), false, func(n ast.Node) { p.address(n, &r, m) }})
	}
	seen := p.mapping(n, "a route", fields...)
	if r.Method == "" {
		p.problem(n, "add a line such as \"get: /path\"", "route %q has no address", r.Name)
	}
	p.checkContent(&r, seen["form"], seen["body"], seen["type"])
	p.checkMarker(n, r, marker)
	return r
}

func (p *parsing) address(n ast.Node, r *Route, method string) {
	if r.Method != "" {
		p.problem(n, "make two routes of it", "route %q has two addresses", r.Name)
		return
	}
	r.Method = method
	p.template("the address", inAddress, &r.Path)(n)
	switch parts := Parts(r.Path); {
	case len(parts) > 0 && parts[0].Raw:
		p.later = append(p.later, func() { p.beginsAddress(n, parts[0]) })
	case !strings.HasPrefix(r.Path, "/"):
		p.problem(n, "an address begins with / and has no spaces", "bad address %q", r.Path)
	}
}

// beginsAddress checks a placeholder at the beginning of an address, for example
// for a list of whole addresses.
func (p *parsing) beginsAddress(n ast.Node, part Part) {
	d, known := p.s.Draw[part.Draw]
	if known && (len(d.List) == 0 || slices.ContainsFunc(d.List, func(v string) bool { return !strings.HasPrefix(v, "/") })) {
		p.problemIn(n, part.written(), "begin the address, or each value in the list, with /", "the address begins with a value of %s, but not all values begin with /", part.written())
	}
}

// form reads the fields of a form. A list gives a field several values.
func (p *parsing) form(n ast.Node) (fields []Field) {
	p.pairs(n, "form", func(name string, key, v ast.Node) {
		p.placeholders(key, name, anywhere)
		p.each(v, "form field "+name, func(item ast.Node) {
			f := Field{Name: name}
			p.template("form field "+name, anywhere, &f.Value)(item)
			fields = append(fields, f)
		})
	})
	return fields
}

// each calls one for a text, or for each item of a list.
func (p *parsing) each(n ast.Node, what string, one func(ast.Node)) {
	list, ok := n.(*ast.SequenceNode)
	if !ok {
		one(n)
		return
	}
	if len(list.Values) == 0 {
		p.problem(n, "leave it out, or give it a text", "%s is an empty list", what)
	}
	for _, item := range list.Values {
		one(item)
	}
}

// expect reads the expected answer, and returns the node of its marker.
func (p *parsing) expect(n ast.Node, e *Expect) ast.Node {
	if text, ok := scalar(n); ok {
		if *e = (Expect{Baseline: true}); text != "baseline" {
			p.problem(n, `write baseline, or {status: 200, body: "a text that only the right page holds"}`, "expect is %q", text)
		}
		return nil
	}
	return p.mapping(n, "expect",
		field{"status", false, value(p.reader, "status", formWhole, &e.Status, between(200, 599))},
		field{"body", false, p.template("body", anywhere, &e.Body)},
	)["body"]
}

// checkMarker refuses a marker if the answer has no body, and adds a note if right
// answers are recognized only by their status.
func (p *parsing) checkMarker(n ast.Node, r Route, marker ast.Node) {
	switch {
	case r.Expect.Baseline:
	case r.Expect.Body == "" && r.bare() == "" && r.Expect.Status < 300:
		p.noteIn(n, "", `add expect: {body: "a text that only the right page holds"}`,
			"route %q has no marker, so any answer with status %d counts as right", r.Name, r.Expect.Status)
	case r.Expect.Body != "" && r.bare() != "":
		p.problem(marker, "expect its status alone", "route %q expects a body, but %s has none", r.Name, r.bare())
	}
}

// bare describes the route's right answers if they have no body (RFC 9110 §6.4.1),
// otherwise it returns "".
func (r Route) bare() string {
	switch {
	case r.Method == http.MethodHead:
		return "the answer to HEAD"
	case r.Expect.Status == http.StatusNoContent, r.Expect.Status == http.StatusNotModified:
		return "an answer with status " + strconv.Itoa(r.Expect.Status)
	}
	return ""
}
