package shell

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// Fill replaces placeholders such as {out} in a command line for a shell by values, each so
// that the shell reads the value as it is: as a part of the word in which the placeholder
// stands, whether or not that is in quotes. A line that does not parse is filled as if it had
// no quotes; the shell reports its mistake.
func Fill(line string, values map[string]string) string {
	line, values = marked(line, values)
	file, err := syntax.NewParser(syntax.Variant(syntax.LangPOSIX)).Parse(strings.NewReader(line), "")
	if err != nil {
		return replace(line, values, unquoted)
	}
	f := &filler{line: line, values: values}
	syntax.Walk(file, f.visit)
	f.to(len(line), verbatim)
	return f.out.String()
}

// marked replaces placeholders by words that have no meaning to a shell, for which braces may
// have one, and returns the values by these words.
func marked(line string, values map[string]string) (string, map[string]string) {
	mark := "placeholder"
	for strings.Contains(line, mark) {
		mark += "x"
	}
	marks := map[string]string{}
	for i, name := range slices.Sorted(maps.Keys(values)) {
		word := mark + strconv.Itoa(i) + "end"
		marks[word], line = values[name], strings.ReplaceAll(line, name, word)
	}
	return line, marks
}

// A filler copies a line, and fills in each part by the rules of its quotes.
type filler struct {
	line   string
	values map[string]string
	out    strings.Builder
	at     int      // how much of the line is copied
	quotes []quotes // around the node that is visited
}

// quotes returns a value as it is written at a place.
type quotes func(value string) string

var inDouble = strings.NewReplacer(`\`, `\\`, `"`, `\"`, `$`, `\$`, "`", "\\`")

func unquoted(s string) string { return Quote([]string{s}) }
func doubled(s string) string  { return inDouble.Replace(s) }
func single(s string) string   { return strings.ReplaceAll(s, "'", `'\''`) }
func verbatim(s string) string { return s }

// visit fills in literals. It is called with nil at the end of a node.
func (f *filler) visit(node syntax.Node) bool {
	if node == nil {
		f.quotes = f.quotes[:len(f.quotes)-1]
		return true
	}
	how := unquoted
	if len(f.quotes) > 0 {
		how = f.quotes[len(f.quotes)-1]
	}
	switch n := node.(type) {
	case *syntax.DblQuoted:
		how = doubled
	case *syntax.CmdSubst: // its commands have quotes of their own
		how = unquoted
	case *syntax.SglQuoted:
		f.fill(n, single)
	case *syntax.Lit:
		f.fill(n, how)
	}
	f.quotes = append(f.quotes, how)
	return true
}

// fill copies the line up to a node, and then the node.
func (f *filler) fill(n syntax.Node, how quotes) {
	from, to := int(n.Pos().Offset()), int(n.End().Offset())
	if from < f.at || to > len(f.line) {
		return // it was copied, such as the body of a here-document
	}
	f.to(from, verbatim)
	f.to(to, how)
}

// to copies the line up to an offset.
func (f *filler) to(end int, how quotes) {
	f.out.WriteString(replace(f.line[f.at:end], f.values, how))
	f.at = end
}

func replace(text string, values map[string]string, how quotes) string {
	var pairs []string
	for name, value := range values {
		pairs = append(pairs, name, how(value))
	}
	return strings.NewReplacer(pairs...).Replace(text)
}
