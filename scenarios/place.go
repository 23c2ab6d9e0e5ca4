package scenarios

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// A place is the part of a request that contains a template, with its rules for
// text and for values that are not escaped.
type place struct {
	name    string
	bad     func(c byte) bool
	escapes bool // all values are escaped, except those of {name...}
	hint    string
}

var (
	anywhere  = place{bad: func(byte) bool { return false }}
	inAddress = place{"an address", func(c byte) bool { return c <= ' ' || c == 0x7f || c == '#' }, true, "an address has no spaces, control characters or #: write %20 for a space and %23 for #"}
	inHeader  = place{"a header field", func(c byte) bool { return c < ' ' && c != '\t' || c == 0x7f }, false, "a header field is one line, without control characters"}
	inHost    = place{"the field Host", func(c byte) bool { return c <= ' ' || c == 0x7f || strings.IndexByte(`/\?#@,"<>`, c) >= 0 }, false, "write a host, or host:port"}
)

func (at place) refuses(s string) bool {
	return slices.ContainsFunc([]byte(s), at.bad)
}

// template reads a text with placeholders into to.
func (p *parsing) template(what string, at place, to *string) func(ast.Node) {
	return func(n ast.Node) {
		if kind := kindOf(n); kind == "a mapping" || kind == "a list" {
			p.problem(n, "put quotes around a text that begins with a brace or a bracket", "%s is %s, want text", what, kind)
			return
		}
		p.text(what, to)(n)
		p.placeholders(n, *to, at)
	}
}

// placeholders records the placeholders of a text. Their definitions and values are
// checked later, when all are known.
func (p *parsing) placeholders(n ast.Node, text string, at place) {
	for _, part := range Parts(text) {
		if part.Draw == "" {
			p.literal(n, part.Text, at)
			continue
		}
		p.used[part.Draw] = true
		p.later = append(p.later, func() { p.drawn(n, part, at) })
	}
}

// literal checks the text that is sent unchanged.
func (p *parsing) literal(n ast.Node, text string, at place) {
	if at.refuses(text) {
		p.problem(n, at.hint, "%q is not allowed in %s", text, at.name)
	}
	p.later = append(p.later, func() {
		if written, meant := nearMiss(text, p.drawNames()); written != "" {
			p.noteIn(n, written, "did you mean {"+meant+"}?", "%s is sent unchanged", written)
		}
	})
}

// drawn checks a placeholder.
func (p *parsing) drawn(n ast.Node, part Part, at place) {
	d, known := p.s.Draw[part.Draw]
	if !known {
		p.problemIn(n, part.written(), p.undefined(part.Draw), "unknown placeholder {%s}", part.Draw)
		return
	}
	bad := slices.IndexFunc(d.List, at.refuses)
	if bad >= 0 && (part.Raw || !at.escapes) {
		p.problemIn(n, part.written(), at.hint, "the value %q of %s is not allowed in %s", d.List[bad], part.written(), at.name)
	}
}

func (p *parsing) undefined(name string) string {
	if near, ok := nearest(name, p.drawNames()); ok {
		return fmt.Sprintf("did you mean {%s}?", near)
	}
	return fmt.Sprintf("define it under draw, or write {{%s}} for the text {%[1]s}", name)
}

func (p *parsing) drawNames() []string {
	return slices.Sorted(maps.Keys(p.s.Draw))
}

func isPlaceholder(name string) bool {
	return name != "" && strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == ""
}
