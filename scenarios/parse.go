package scenarios

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// maxSource bounds a scenario's file.
const maxSource = 1 << 20

// Parse reads a scenario; name is what messages call the file. The error is of
// type Problems and lists every mistake.
func Parse(name string, src []byte) (s *Scenario, err error) {
	r := &reader{file: name, lines: strings.Split(string(src), "\n")}
	root := r.root(src)
	if root == nil {
		return nil, r.problems
	}
	s = defaults()
	p := &parsing{reader: r, s: s, used: map[string]bool{}, drawAt: map[string]ast.Node{}}
	p.scenario(root)
	if len(r.problems) > 0 {
		slices.SortStableFunc(r.problems, func(a, b Problem) int {
			if a.Line != b.Line {
				return a.Line - b.Line
			}
			return a.Column - b.Column
		})
		return nil, r.problems
	}
	return s, nil
}

// root finds the one mapping that a file is.
func (r *reader) root(src []byte) ast.Node {
	if len(src) > maxSource {
		r.problem(nil, "", "the file is larger than %d bytes", maxSource)
		return nil
	}
	file, err := parser.ParseBytes(src, 0)
	if err != nil {
		r.syntax(err)
		return nil
	}
	if len(file.Docs) != 1 || file.Docs[0].Body == nil {
		r.problem(nil, "start from one that ships: classibench scenario show browse", "the file holds %d documents, want one scenario", countDocs(file))
		return nil
	}
	return file.Docs[0].Body
}

func countDocs(f *ast.File) (n int) {
	for _, d := range f.Docs {
		if d.Body != nil {
			n++
		}
	}
	return n
}

// syntax notes what the YAML parser found.
func (r *reader) syntax(err error) {
	var at yaml.Error
	if !errors.As(err, &at) || at.GetToken() == nil {
		r.problem(nil, "", "not YAML: %v", err)
		return
	}
	pos := at.GetToken().Position
	p := Problem{File: r.file, Line: pos.Line, Column: pos.Column, Text: "not YAML: " + at.GetMessage()}
	if pos.Line >= 1 && pos.Line <= len(r.lines) {
		p.Source = r.lines[pos.Line-1]
	}
	r.problems = append(r.problems, p)
}

// A parsing is a scenario on its way from its nodes.
type parsing struct {
	*reader
	s      *Scenario
	used   map[string]bool // placeholders
	drawAt map[string]ast.Node
	later  []func() // checks that need the whole
}

func (p *parsing) scenario(n ast.Node) {
	s := p.s
	p.mapping(n, "the scenario",
		field{"name", true, p.text("name", &s.Name)},
		field{"description", false, p.text("description", &s.Description)},
		field{"data", false, p.data},
		field{"draw", false, p.draws},
		field{"mix", true, p.mix},
		field{"capacity", false, p.capacity},
		field{"replay", false, p.replay},
		field{"objective", false, p.objective},
		field{"targets", false, p.targets},
	)
	for _, check := range p.later {
		check()
	}
	for name, at := range p.drawAt {
		if !p.used[name] {
			p.problem(at, "remove it, or use it as {"+name+"}", "nothing uses the placeholder %q", name)
		}
	}
}

func (p *parsing) data(n ast.Node) {
	p.mapping(n, "data",
		field{"ads", false, value(p.reader, "ads", formWhole, &p.s.Data.Ads, between(1, 20_000_000))},
		field{"seed", false, value(p.reader, "seed", formWhole, &p.s.Data.Seed, parseWhole)},
	)
}

func (p *parsing) draws(n ast.Node) {
	p.s.Draw = map[string]Draw{}
	p.pairs(n, "draw", func(name string, key, v ast.Node) {
		if !isPlaceholder(name) {
			p.problem(key, "use letters, digits and _", "%q cannot be the name of a placeholder", name)
			return
		}
		p.drawAt[name] = key
		p.s.Draw[name] = p.draw(name, v)
	})
}

// sources are the lists of the built-in data set.
var sources = []string{"categories", "ads", "words", "photos"}

func (p *parsing) draw(name string, n ast.Node) (d Draw) {
	seen := p.mapping(n, "placeholder "+name,
		field{"from", false, p.text("from", &d.From)},
		field{"list", false, p.texts("list", &d.List)},
		field{"range", false, func(n ast.Node) { d.Range = p.numberRange(n) }},
		field{"zipf", false, value(p.reader, "zipf", "write an exponent above 1, as in 1.1; leave it out for equal chances", &d.Zipf, zipf)},
	)
	given := 0
	for _, source := range []string{"from", "list", "range"} {
		if seen[source] != nil {
			given++
		}
	}
	if given != 1 {
		p.problem(n, "give one of from, list, range", "placeholder %s has %d sources, want one", name, given)
	}
	if d.From != "" && !slices.Contains(sources, d.From) {
		p.problem(seen["from"], didYouMean(d.From, sources), "the data set has no list %q", d.From)
	}
	return d
}

func zipf(s string) (float64, error) {
	x, err := parseNumber(s)
	if err == nil && (x <= 1 || x > 10) {
		err = errors.New("must be above 1 and at most 10")
	}
	return x, err
}

func (p *parsing) numberRange(n ast.Node) (ends []int64) {
	p.list(n, "range", func(item ast.Node) {
		var end int64
		value(p.reader, "an end of the range", formWhole, &end, parseWhole)(item)
		ends = append(ends, end)
	})
	if len(ends) != 2 || ends[0] > ends[1] {
		p.problem(n, "write [1, 500]", "a range is two numbers, the lower first")
	}
	return ends
}

func (p *parsing) mix(n ast.Node) {
	names := map[string]bool{}
	p.list(n, "mix", func(item ast.Node) {
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

func (p *parsing) route(n ast.Node) Route {
	r := Route{Weight: 1, Expect: Expect{Status: http.StatusOK}}
	fields := []field{
		{"name", true, p.text("name", &r.Name)},
		{"weight", false, value(p.reader, "weight", formNumber, &r.Weight, positive)},
		{"header", false, func(n ast.Node) { r.Header = p.header(n) }},
		{"form", false, func(n ast.Node) { r.Form = p.form(n) }},
		{"expect", false, func(n ast.Node) { p.expect(n, &r.Expect) }},
	}
	for _, m := range methods {
		fields = append(fields, field{strings.ToLower(m), false, func(n ast.Node) { p.address(n, &r, m) }})
	}
	p.mapping(n, "a route", fields...)
	if r.Method == "" {
		p.problem(n, "add a line such as \"get: /path\"", "route %q has no address", r.Name)
	}
	if len(r.Form) > 0 && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
		p.problem(n, "put the fields into the address, after a ?", "route %q sends a form with %s", r.Name, r.Method)
	}
	return r
}

func (p *parsing) address(n ast.Node, r *Route, method string) {
	if r.Method != "" {
		p.problem(n, "make two routes of it", "route %q has two addresses", r.Name)
		return
	}
	r.Method = method
	p.text("the address", &r.Path)(n)
	p.placeholders(n, r.Path)
	if !strings.HasPrefix(r.Path, "/") || strings.ContainsAny(r.Path, " \t\n#") {
		p.problem(n, "an address begins with / and has no spaces", "bad address %q", r.Path)
	}
}

func (p *parsing) header(n ast.Node) map[string]string {
	h := map[string]string{}
	p.pairs(n, "header", func(name string, key, v ast.Node) {
		var s string
		p.text("header "+name, &s)(v)
		p.placeholders(v, s)
		if strings.ContainsAny(name+s, "\r\n") || strings.ContainsAny(name, " :") || name == "" {
			p.problem(key, "", "%q cannot be a header field", name)
		}
		h[name] = s
	})
	return h
}

func (p *parsing) form(n ast.Node) (fields []Field) {
	p.pairs(n, "form", func(name string, key, v ast.Node) {
		f := Field{Name: name}
		p.text("form field "+name, &f.Value)(v)
		p.placeholders(v, f.Value)
		fields = append(fields, f)
	})
	return fields
}

func (p *parsing) expect(n ast.Node, e *Expect) {
	p.mapping(n, "expect",
		field{"status", false, value(p.reader, "status", formWhole, &e.Status, between(200, 599))},
		field{"body", false, func(n ast.Node) { p.text("body", &e.Body)(n); p.placeholders(n, e.Body) }},
	)
}

// placeholders notes which are used in a text; whether they are defined is
// checked when all are known.
func (p *parsing) placeholders(at ast.Node, text string) {
	for _, name := range placeholdersOf(text) {
		p.used[name] = true
		p.later = append(p.later, func() {
			if _, ok := p.s.Draw[name]; !ok {
				p.problem(at, undefined(name, p.s.Draw), "unknown placeholder {%s}", name)
			}
		})
	}
}

func undefined(name string, draw map[string]Draw) string {
	var names []string
	for n := range draw {
		names = append(names, n)
	}
	slices.Sort(names)
	if near, ok := nearest(name, names); ok {
		return fmt.Sprintf("did you mean {%s}?", near)
	}
	return "define it under draw"
}

func placeholdersOf(text string) (names []string) {
	for {
		_, after, found := strings.Cut(text, "{")
		if !found {
			return names
		}
		name, rest, closed := strings.Cut(after, "}")
		if !closed {
			return names
		}
		names, text = append(names, name), rest
	}
}

func isPlaceholder(name string) bool {
	return name != "" && strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == ""
}
