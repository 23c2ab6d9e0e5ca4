package scenarios

import (
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// A reader reads the nodes of a file and collects their problems.
type reader struct {
	file     string
	lines    []string
	problems Problems
	notes    Problems // things that are allowed but may be mistakes
}

// problem records a mistake at a node.
func (r *reader) problem(at ast.Node, hint, text string, args ...any) {
	r.problemIn(at, "", hint, text, args...)
}

// problemAt records a mistake at a place.
func (r *reader) problemAt(line, column int, hint, text string) {
	p := Problem{File: r.file, Line: line, Column: column, Text: text, Hint: hint}
	if line >= 1 && line <= len(r.lines) {
		p.Source = r.lines[line-1]
	}
	r.problems = append(r.problems, p)
}

// problemIn records a mistake at the first occurrence of a word in a text.
func (r *reader) problemIn(at ast.Node, word, hint, text string, args ...any) {
	r.problems = append(r.problems, r.describe(at, word, hint, text, args...))
}

// noteIn records a note at the first occurrence of a word in a text.
func (r *reader) noteIn(at ast.Node, word, hint, text string, args ...any) {
	r.notes = append(r.notes, r.describe(at, word, hint, "note: "+text, args...))
}

// A field of a mapping: its name, whether it is required, and the function that
// reads its value.
type field struct {
	name string
	must bool
	read func(ast.Node)
}

// mapping reads a mapping with known fields. It returns the nodes of the fields
// that are present.
func (r *reader) mapping(n ast.Node, what string, fields ...field) map[string]ast.Node {
	seen := map[string]ast.Node{}
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.name
	}
	r.pairs(n, what, func(name string, key, value ast.Node) {
		i := slices.Index(names, name)
		if i < 0 {
			r.problem(key, didYouMean(name, names), "unknown field %q", name)
			return
		}
		seen[name] = value
		fields[i].read(value)
	})
	for _, f := range fields {
		if f.must && seen[f.name] == nil {
			r.problem(n, "", "%s has no %q", what, f.name)
		}
	}
	return seen
}

// pairs calls each for every pair of a mapping, and refuses a repeated name.
func (r *reader) pairs(n ast.Node, what string, each func(name string, key, value ast.Node)) {
	var values []*ast.MappingValueNode
	switch m := n.(type) {
	case *ast.MappingNode:
		values = m.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{m}
	default:
		r.problem(n, "write it as \"name: value\" lines", "%s is %s, want a mapping", what, kindOf(n))
		return
	}
	seen := map[string]bool{}
	for _, v := range values {
		name, ok := scalar(v.Key)
		switch {
		case !ok:
			r.problem(v.Key, "", "a name is %s, want plain text", kindOf(v.Key))
		case seen[name]:
			r.problem(v.Key, "remove one of them", "%q is given twice", name)
		default:
			seen[name] = true
			each(name, v.Key, v.Value)
		}
	}
}

// listOf calls each for every item of a list of at most the given number of items.
func (r *reader) listOf(n ast.Node, what string, most int, each func(ast.Node)) {
	s, ok := n.(*ast.SequenceNode)
	if !ok || len(s.Values) <= most {
		r.list(n, what, each)
		return
	}
	r.problem(s.Values[most], "", "%s has %d items, and may have %d", what, len(s.Values), most)
	for _, item := range s.Values[:most] {
		each(item)
	}
}

// has reports whether a mapping has a field of this name.
func has(n ast.Node, name string) (found bool) {
	(&reader{}).pairs(n, "", func(key string, _, _ ast.Node) { found = found || key == name })
	return found
}

// list calls each for every item of a list.
func (r *reader) list(n ast.Node, what string, each func(ast.Node)) {
	s, ok := n.(*ast.SequenceNode)
	if !ok {
		r.problem(n, "write it as \"- item\" lines, or as [a, b]", "%s is %s, want a list", what, kindOf(n))
		return
	}
	for _, item := range s.Values {
		each(item)
	}
}

// scalar returns the text of a plain or quoted value, as written.
func scalar(n ast.Node) (string, bool) {
	switch v := n.(type) {
	case *ast.StringNode:
		return v.Value, true
	case *ast.LiteralNode:
		return v.Value.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return n.GetToken().Value, true
	case *ast.MappingKeyNode:
		return scalar(v.Value)
	}
	return "", false
}

// kindOf describes a node for messages.
func kindOf(n ast.Node) string {
	switch n.(type) {
	case nil, *ast.NullNode:
		return "empty"
	case *ast.MappingNode, *ast.MappingValueNode:
		return "a mapping"
	case *ast.SequenceNode:
		return "a list"
	case *ast.StringNode, *ast.LiteralNode:
		return "text"
	case *ast.IntegerNode, *ast.FloatNode:
		return "a number"
	case *ast.BoolNode:
		return "a yes or no"
	case *ast.AnchorNode, *ast.AliasNode, *ast.MergeKeyNode:
		return "an anchor or alias, which scenarios do not support"
	case *ast.TagNode:
		return "a tag, which scenarios do not support"
	}
	return "something else"
}

// text reads a text into to.
func (r *reader) text(what string, to *string) func(ast.Node) {
	return func(n ast.Node) {
		s, ok := scalar(n)
		if !ok {
			r.problem(n, "", "%s is %s, want text", what, kindOf(n))
			return
		}
		*to = s
	}
}

// value reads a text and parses it with parse. Its error is the problem, and form
// is the hint.
func value[T any](r *reader, what, form string, to *T, parse func(string) (T, error)) func(ast.Node) {
	return func(n ast.Node) {
		s, ok := scalar(n)
		if !ok {
			r.problem(n, form, "%s is %s", what, kindOf(n))
			return
		}
		v, err := parse(strings.TrimSpace(s))
		if err != nil {
			r.problem(n, form, "%s %q: %v", what, s, err)
			return
		}
		*to = v
	}
}

// texts reads a list of at most the given number of texts into to.
func (r *reader) texts(what string, most int, to *[]string) func(ast.Node) {
	return func(n ast.Node) {
		r.listOf(n, what, most, func(item ast.Node) {
			var s string
			r.text("an item of "+what, &s)(item)
			*to = append(*to, s)
		})
	}
}
