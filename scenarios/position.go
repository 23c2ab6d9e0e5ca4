package scenarios

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
)

// describe makes a problem at a node, or at the first occurrence of a word in it if
// that can be found.
func (r *reader) describe(node ast.Node, word, hint, text string, args ...any) Problem {
	p := Problem{File: r.file, Line: 1, Column: 1, Text: fmt.Sprintf(text, args...), Hint: hint}
	// The token of a block mapping is its first colon; the first name is a better
	// place.
	if m, ok := node.(*ast.MappingNode); ok && !m.IsFlowStyle && len(m.Values) > 0 {
		node = m.Values[0].Key
	}
	if node != nil && node.GetToken() != nil {
		p.Line, p.Column = node.GetToken().Position.Line, node.GetToken().Position.Column
		p.Line, p.Column = r.find(word, p.Line, p.Column)
	}
	if p.Line <= len(r.lines) {
		p.Source = r.lines[p.Line-1]
	}
	return p
}

// find returns the place of the next word after a place, or that place itself.
func (r *reader) find(word string, line, column int) (int, int) {
	if word == "" {
		return line, column
	}
	for i := line; i <= len(r.lines); i++ {
		from := 0
		if i == line {
			from = len(prefix(r.lines[i-1], column-1))
		}
		if at := strings.Index(r.lines[i-1][from:], word); at >= 0 {
			return i, utf8.RuneCountInString(r.lines[i-1][:from+at]) + 1
		}
	}
	return line, column
}

// prefix returns the first n runes of s.
func prefix(s string, n int) string {
	for i := range s {
		if n--; n < 0 {
			return s[:i]
		}
	}
	return s
}
