package scenarios

import (
	"errors"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/classibench/classibench/internal/input"
)

// Parse parses a scenario; name is the name of the file in messages. The error is
// of type Problems and lists every mistake.
func Parse(name string, src []byte) (*Scenario, error) {
	s, _, err := Check(name, src)
	return s, err
}

// Check parses a scenario like Parse. notes are about things that are allowed but
// may be mistakes, such as a route without a marker.
func Check(name string, src []byte) (s *Scenario, notes Problems, err error) {
	src = input.WithoutMark(src)
	r := &reader{file: name, lines: strings.Split(string(src), "\n")}
	root := r.root(src)
	if root == nil {
		return nil, nil, r.problems
	}
	s = Defaults()
	p := &parsing{reader: r, s: s, used: map[string]bool{}, drawAt: map[string]ast.Node{}}
	p.scenario(root)
	if len(r.problems) > 0 {
		return nil, nil, r.problems.sorted()
	}
	return s, r.notes.sorted(), nil
}

// root returns the mapping that is the content of the file.
func (r *reader) root(src []byte) ast.Node {
	tokens := r.tokens(src)
	if len(r.problems) > 0 {
		return nil
	}
	file, err := parser.Parse(tokens, 0)
	if err != nil {
		r.syntax(err)
		return nil
	}
	if len(file.Docs) != 1 || file.Docs[0].Body == nil {
		r.problem(nil, "start from one that ships: classibench scenario show browse", "the file contains %d documents, want one scenario", countDocs(file))
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

// syntax records an error of the YAML parser.
func (r *reader) syntax(err error) {
	var at yaml.Error
	if !errors.As(err, &at) || at.GetToken() == nil {
		r.problem(nil, "", "not YAML: %v", err)
		return
	}
	pos := at.GetToken().Position
	hint := ""
	if strings.Contains(at.GetMessage(), "already defined") {
		hint = "for several values of a form or header field write a list: [a, b]; otherwise remove one"
	}
	r.problemAt(pos.Line, pos.Column, hint, "not YAML: "+at.GetMessage())
}

// A parsing is the state of parsing a scenario.
type parsing struct {
	*reader
	s      *Scenario
	used   map[string]bool // placeholders
	drawAt map[string]ast.Node
	later  []func() // checks that need the whole scenario
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

// sources are the names of the lists in the built-in data set.
var sources = []string{"categories", "ads", "words", "photos"}

func (p *parsing) draw(name string, n ast.Node) (d Draw) {
	seen := p.mapping(n, "placeholder "+name,
		field{"from", false, p.text("from", &d.From)},
		field{"list", false, p.texts("list", maxValues, &d.List)},
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
	if seen["list"] != nil && len(d.List) == 0 {
		p.problem(seen["list"], "write the values, as in [a, b]", "the list of %s is empty", name)
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
		value(p.reader, "an end of the range", formWhole, &end, parseEnd)(item)
		ends = append(ends, end)
	})
	if len(ends) != 2 || ends[0] > ends[1] {
		p.problem(n, "write [1, 500]", "a range is two numbers, the lower first")
	}
	return ends
}
