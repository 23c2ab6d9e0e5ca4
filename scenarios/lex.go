package scenarios

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/goccy/go-yaml/scanner"
	"github.com/goccy/go-yaml/token"
)

// lex returns the tokens of a file. It stops at the first mistake: the lexer of go-yaml goes
// on, and copies the text before each further one.
func (r *reader) lex(src []byte) (all token.Tokens) {
	var s scanner.Scanner
	s.Init(string(src))
	for {
		some, err := s.Scan()
		if errors.Is(err, io.EOF) {
			return all
		}
		all.Add(some...)
		if err != nil {
			r.mistake(err)
			return all
		}
	}
}

// mistake records an error of the scanner.
func (r *reader) mistake(err error) {
	if bad, ok := errors.AsType[*scanner.InvalidTokenError](err); ok {
		at := bad.Token.Position
		r.problemAt(at.Line, at.Column, "", "not YAML: "+bad.Token.Error)
		return
	}
	r.problem(nil, "", "not YAML: %v", err)
}

// Bounds of the lexer's work, each of a few seconds.
const (
	fewBlank  = 16            // blank lines, which may follow a text of any length
	maxCopied = 200_000_000   // bytes that it copies to remove more of them
	maxSeen   = 1_000_000_000 // bytes that it searches after tabs
)

// laborious returns why, and from which line on, the lexer of go-yaml would work for minutes.
func laborious(src []byte) (line int, why string) {
	if line = manyBlank(src); line > 0 {
		return line, fmt.Sprintf("there are too many blank lines in succession, far more than %d", fewBlank)
	}
	if line = manyTabs(src); line > 0 {
		return line, "there are too many tabs in long lines"
	}
	return 0, ""
}

// manyBlank returns the line at which there are too many blank lines, or 0. At the end of a
// block of text the lexer removes them one by one, each time by a copy of the block.
func manyBlank(src []byte) int {
	blank, copied := 0, 0
	for i, c := range src {
		switch {
		case c == '\r' && bytes.HasPrefix(src[i+1:], []byte("\n")): // of one line end
		case c == '\n' || c == '\r':
			if blank++; blank > fewBlank {
				copied += i
			}
		case c != ' ' && c != '\t':
			blank = 0
		}
		if copied > maxCopied {
			return 1 + bytes.Count(src[:i], []byte("\n"))
		}
	}
	return 0
}

// manyTabs returns the line at which there are too many tabs, or 0. For each tab in quotes the
// lexer reads the rest of the line.
func manyTabs(src []byte) int {
	n, seen := 0, 0
	for line := range bytes.Lines(src) {
		n++
		if seen += bytes.Count(line, []byte("\t")) * len(line); seen > maxSeen {
			return n
		}
	}
	return 0
}
