package scenarios

import (
	"bytes"
	"fmt"
	"time"

	"github.com/goccy/go-yaml/token"
)

// Bounds of a file, and of what it lists. Far beyond what a scenario needs, they keep the
// YAML parser, whose time grows with the square of depth and of the size of a mapping, from
// working for minutes.
const (
	maxSource    = 8 << 20   // bytes
	maxMarks     = 1_000_000 // bytes that may begin or end a token
	maxDepth     = 20        // lists and mappings within each other: the deepest that has a meaning is 7
	maxEntries   = 1_000     // names in one mapping
	maxRefs      = 100       // anchors, aliases and tags, which a scenario does not use
	maxDocuments = 10
	maxRoutes    = 10_000
	maxStages    = 1_000
	maxTargets   = 32
	maxValues    = 100_000 // of a placeholder
	maxWords     = 10_000  // of a command
	maxPoints    = 1_000   // of a curve
)

// Bounds of quantities.
const (
	maxRate     = 10_000_000.0 // hits/s: some hundred times what one machine sends
	minRate     = 1e-6         // hits/s: one in eleven days
	maxMultiple = 1_000.0      // of a measured capacity, or of a rate in a curve
	minWeight   = 1e-9
	maxWeight   = 1e12
	maxDrawn    = int64(1e15) // either end of a range
	maxReplay   = 7 * 24 * time.Hour
)

// tokens returns the tokens of a file, or nil after a problem with its size.
func (r *reader) tokens(src []byte) token.Tokens {
	if len(src) > maxSource {
		r.problem(nil, "", "the file is larger than %d bytes", maxSource)
		return nil
	}
	if n := marks(src); n > maxMarks {
		r.problem(nil, "write fewer routes or values", "the file has %d brackets, commas, colons and line ends, more than %d", n, maxMarks)
		return nil
	}
	if line, why := laborious(src); why != "" {
		r.problemAt(line, 1, "remove blank lines or tabs", why)
		return nil
	}
	all := r.lex(src)
	var n nesting
	for _, t := range all {
		if why := n.add(t); why != "" {
			r.problemAt(t.Position.Line, t.Position.Column, "\"classibench scenario show browse\" prints one that ships", why)
			return nil
		}
	}
	return all
}

// marks counts the bytes that may separate tokens.
func marks(src []byte) (n int) {
	for _, mark := range []string{"[", "]", "{", "}", ",", ":", "\n", "- ", "? ", "&", "*", "!"} {
		n += bytes.Count(src, []byte(mark))
	}
	return n
}

// A nesting follows the tokens of a file to find how deep it is. It may count a list as one
// deeper than it is, never as less deep.
type nesting struct {
	open      []level
	last      *token.Token // that is not a comment
	refs      int
	documents int
}

// A level is an open list or mapping.
type level struct {
	column  int // of its names and dashes; 0 if it has brackets
	entries int // names so far
}

// add takes the next token, and returns why the file is refused.
func (n *nesting) add(t *token.Token) (why string) {
	switch t.Type {
	case token.CommentType:
		return ""
	case token.SequenceStartType, token.MappingStartType:
		n.open = append(n.open, level{})
	case token.SequenceEndType, token.MappingEndType:
		n.close()
	case token.SequenceEntryType, token.MappingKeyType:
		if t.Type == token.SequenceEntryType && len(n.open) > 0 && n.top().column == 0 {
			return "not YAML: an item within brackets begins without a dash" // the parser would nest them
		}
		n.in(t)
	case token.MappingValueType:
		if n.last == nil {
			n.last = t
		}
		n.in(n.last).entries++
	case token.AnchorType, token.AliasType, token.TagType:
		n.refs++
	case token.DocumentHeaderType:
		n.open, n.documents = nil, n.documents+1
	}
	n.last = t
	return n.refused()
}

func (n *nesting) refused() string {
	switch {
	case len(n.open) > maxDepth:
		return fmt.Sprintf("lists and mappings are nested more than %d deep", maxDepth)
	case len(n.open) > 0 && n.open[len(n.open)-1].entries > maxEntries:
		return fmt.Sprintf("a mapping has more than %d names", maxEntries)
	case n.refs > maxRefs:
		return fmt.Sprintf("the file has more than %d anchors, aliases and tags, which scenarios do not support", maxRefs)
	case n.documents > maxDocuments:
		return fmt.Sprintf("the file contains more than %d documents, want one scenario", maxDocuments)
	}
	return ""
}

// in returns the level that a name or a dash belongs to. Without brackets, its column tells.
func (n *nesting) in(t *token.Token) *level {
	column := t.Position.Column
	for len(n.open) > 0 && n.top().column > column {
		n.open = n.open[:len(n.open)-1]
	}
	if len(n.open) == 0 || n.top().column != 0 && n.top().column < column {
		n.open = append(n.open, level{column: column})
	}
	return n.top()
}

// close ends the list or mapping with the last open bracket.
func (n *nesting) close() {
	for i := len(n.open) - 1; i >= 0; i-- {
		if n.open[i].column == 0 {
			n.open = n.open[:i]
			return
		}
	}
}

func (n *nesting) top() *level { return &n.open[len(n.open)-1] }
