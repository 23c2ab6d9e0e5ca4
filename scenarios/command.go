package scenarios

import (
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/classibench/classibench/internal/shell"
)

// command reads a command: a list, or a line that is split into words.
func (p *parsing) command(what string, to *[]string) func(ast.Node) {
	const form = "write a program and its arguments"
	return func(n ast.Node) {
		if _, ok := n.(*ast.SequenceNode); ok {
			p.texts(what, maxWords, to)(n)
			return
		}
		line, _ := scalar(n)
		line = strings.TrimSpace(line)
		*to = []string{line} // an invalid command does not count as missing
		_, err := shell.Split(line)
		if bad, ok := errors.AsType[*shell.NeedsShell](err); ok {
			rest, _, _ := strings.Cut(line[bad.Offset:], "\n")
			p.problemIn(n, rest, fmt.Sprintf("write sh -c '…', or put quotes around %q to pass it on", bad.Part), "%s %q is not run by a shell, but %q needs one", what, line, bad.Part)
			return
		}
		value(p.reader, what, form, to, words)(n)
	}
}

// words splits a command, which must not be empty.
func words(line string) ([]string, error) {
	all, err := shell.Split(line)
	if err == nil && len(all) == 0 {
		err = errors.New("there is no command")
	}
	return all, err
}
