package shell

import (
	"errors"
	"fmt"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// Split returns the words of a command line, with '…', "…" and \ as a shell has them.
// A line end separates words, as a space does. It may be written \r\n, which is \n in quotes
// too; a \r elsewhere outside quotes is a space.
//
// Nothing is expanded: *, ~ and the braces of {addr} are passed on, and so is $ within
// "…", where it is most often meant for the shell of sh -c. An operator or an expansion
// outside quotes is a *NeedsShell.
func Split(line string) ([]string, error) {
	if strings.ContainsRune(line, 0) {
		return nil, errors.New("it contains a NUL byte")
	}
	var words []string
	end := 0
	for word, err := range syntax.NewParser().WordsSeq(strings.NewReader(line)) {
		if err != nil {
			return nil, explain(line, err)
		}
		text, err := plain(line, word.Parts, false)
		if err := errors.Join(comment(line, end, int(word.Pos().Offset())), err); err != nil {
			return nil, err
		}
		words, end = append(words, text), int(word.End().Offset())
	}
	return words, comment(line, end, len(line))
}

// NeedsShell is the error of a line that only a shell can run.
type NeedsShell struct {
	Part   string // an operator such as &&, or an expansion such as $HOME
	Offset int    // of the part in the line, in bytes
}

func (e *NeedsShell) Error() string { return fmt.Sprintf("only a shell understands %q", e.Part) }

// explain turns an error of the parser into one that fits a line of words.
func explain(line string, err error) error {
	wrong, ok := errors.AsType[syntax.ParseError](err)
	if !ok {
		return err
	}
	at := min(int(wrong.Pos.Offset()), len(line))
	operator := line[at : len(line)-len(strings.TrimLeft(line[at:], ";&|<>()"))]
	switch {
	case wrong.Incomplete:
		return errors.New("a quote is not closed")
	case operator != "":
		return &NeedsShell{operator, at}
	}
	return errors.New(wrong.Text)
}

// comment returns an error if a comment stands between two words: the parser skips it.
func comment(line string, from, to int) error {
	if i := strings.IndexByte(line[from:to], '#'); i >= 0 {
		return &NeedsShell{"#", from + i}
	}
	return nil
}

// plain returns the text of a word, or of its part within "…".
func plain(line string, parts []syntax.WordPart, quoted bool) (text string, err error) {
	for _, part := range parts {
		at := int(part.Pos().Offset())
		source := line[at:part.End().Offset()]
		literal, isLiteral := part.(*syntax.Lit)
		single, isSingle := part.(*syntax.SglQuoted)
		double, isDouble := part.(*syntax.DblQuoted)
		more := source
		switch {
		case isLiteral && quoted:
			more = inQuotes.Replace(literal.Value)
		case isLiteral:
			more, err = unescape(literal.Value)
		case quoted:
		case isSingle && !single.Dollar:
			more = single.Value
		case isDouble && !double.Dollar:
			more, err = plain(line, double.Parts, true)
		default:
			err = &NeedsShell{source, at}
		}
		if text += more; err != nil {
			return "", err
		}
	}
	return text, nil
}

// inQuotes removes the backslashes that count within "…".
var inQuotes = strings.NewReplacer(`\"`, `"`, `\\`, `\`, `\$`, `$`, "\\`", "`")

// unescape removes each backslash and keeps the character after it.
func unescape(text string) (string, error) {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' {
			i++
		}
		if i == len(text) {
			return "", errors.New("nothing follows the last backslash")
		}
		b.WriteByte(text[i])
	}
	return b.String(), nil
}
