package accesslog

import (
	"bytes"
	"fmt"
)

// A Format is the format of the lines of a log.
type Format struct {
	Name  string // such as "combined"
	parse func(r *Record, line []byte) error
}

// year2200 is the first second that is taken for a mistake, as those before 1970 are.
const year2200 = 7258118400

// Parse reads a line, without its end.
func (f *Format) Parse(line []byte, r *Record) error {
	r.reset()
	if err := f.parse(r, line); err != nil {
		return err
	}
	if r.At.IsZero() {
		return &LineError{Reason: "it has no time"}
	}
	r.complete()
	if s := r.At.Unix(); s < 0 || s >= year2200 {
		return &LineError{Reason: fmt.Sprintf("its time is in the year %d", r.At.Year())}
	}
	return nil
}

// A LineError reports a line that does not fit the format. Only its Text is of the line.
type LineError struct {
	Column int    // in bytes, from 1; 0: not known
	Field  string // such as "%>s", or empty
	Text   string // of the field, or what follows the Reason, cut; may be empty
	Reason string // such as "is no status code of three digits"
}

func (e *LineError) Error() string {
	text := e.Reason
	switch {
	case e.Field != "":
		text = fmt.Sprintf("%s: %q %s", e.Field, e.Text, e.Reason)
	case e.Text != "":
		text = fmt.Sprintf("%s %q", e.Reason, e.Text)
	}
	if e.Column > 0 {
		text = fmt.Sprintf("column %d: %s", e.Column, text)
	}
	return text
}

// A part of a format is a field and the literal text that ends it.
type part struct {
	name   string // of the field, as the format has it
	set    setter // nil for the literal at the begin of a line
	until  []byte // empty for a field that ends with the line
	quoted bool   // in quotes: a backslash protects a quote
	blanks bool   // it may hold a blank, though it is not in quotes
}

// parts reads a line as fields with literal text between them. Where the literal text occurs
// in a field too, as in a request with a quote that is not escaped, the first way in which
// all of the line fits is taken.
type parts []part

func (p parts) parse(r *Record, line []byte) error {
	budget := maxAttempts
	return p.from(r, line, 0, &budget)
}

// maxAttempts bounds the attempts to fit a line.
const maxAttempts = 200

func (p parts) from(r *Record, line []byte, at int, budget *int) error {
	if len(p) == 0 {
		if at < len(line) {
			return &LineError{Column: at + 1, Text: cut(line[at:]), Reason: "text after the end of the format:"}
		}
		return nil
	}
	var first error
	for end := p[0].end(line, at); end >= 0 && *budget > 0; end = p[0].end(line, end+1) {
		*budget--
		err := p.take(r, line, at, end, budget)
		if err == nil {
			return nil
		}
		if first == nil {
			first = err
		}
		if next := p[0].end(line, end+1); next < 0 || !p[0].holds(line[at:next]) {
			break
		}
	}
	if first == nil {
		first = p[0].missing(line, at)
	}
	return first
}

// take reads the first part as the text up to end, and then the others.
func (p parts) take(r *Record, line []byte, at, end int, budget *int) error {
	text := line[at:end]
	if p[0].blanks && bytes.HasPrefix(text, []byte("- ")) { // a field without a value, and another one
		return &LineError{Column: at + 1, Field: p[0].name, Text: cut(text), Reason: "is more than one field"}
	}
	if p[0].set != nil {
		if p[0].quoted {
			text = unescaped(text)
		}
		if err := p[0].set(r, text); err != nil {
			return &LineError{Column: at + 1, Field: p[0].name, Text: cut(text), Reason: err.Error()}
		}
	} else if len(text) > 0 {
		return &LineError{Column: at + 1, Reason: fmt.Sprintf("%q is expected", p[0].until)}
	}
	return p[1:].from(r, line, end+len(p[0].until), budget)
}

// holds reports whether a text that has the end of the part within it can be its text.
func (p part) holds(text []byte) bool {
	switch {
	case len(p.until) == 0 || p.set == nil:
		return false
	case p.quoted:
		return !bytes.Contains(text, []byte(`" "`))
	}
	return p.blanks || p.until[0] != ' '
}

// end returns where the text of a part ends that does so at from or later, or -1.
func (p part) end(line []byte, from int) int {
	if len(p.until) == 0 {
		if from > len(line) {
			return -1
		}
		return len(line)
	}
	for from <= len(line) {
		i := bytes.Index(line[from:], p.until)
		if i < 0 {
			return -1
		}
		if !p.quoted || !escaped(line[:from+i]) {
			return from + i
		}
		from += i + 1
	}
	return -1
}

// escaped reports whether a backslash protects what follows a text.
func escaped(text []byte) bool {
	n := len(text)
	for n > 0 && text[n-1] == '\\' {
		n--
	}
	return (len(text)-n)%2 == 1
}

func (p part) missing(line []byte, at int) error {
	e := &LineError{Column: at + 1, Reason: "the line ends too early"}
	if at < len(line) {
		e.Text, e.Reason = cut(line[at:]), fmt.Sprintf("there is no %q after", p.until)
	}
	return e
}

// cut shortens a text for a message.
func cut(text []byte) string {
	const most = 40
	if len(text) <= most {
		return string(text)
	}
	return string(text[:most]) + "…"
}

// unescaped decodes what Apache and nginx write in quotes: \" \\ \n \t and \xhh.
func unescaped(text []byte) []byte {
	if bytes.IndexByte(text, '\\') < 0 {
		return text
	}
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		c, width := escape(text[i:])
		out = append(out, c)
		i += width - 1
	}
	return out
}

var controls = map[byte]byte{'b': '\b', 'n': '\n', 'r': '\r', 't': '\t', 'v': '\v', '"': '"', '\\': '\\'}

// escape decodes the first character, and returns how many bytes it takes.
func escape(text []byte) (c byte, width int) {
	if text[0] != '\\' || len(text) < 2 {
		return text[0], 1
	}
	if text[1] == 'x' && len(text) >= 4 {
		high, low := hex(text[2]), hex(text[3])
		if high >= 0 && low >= 0 {
			return byte(high<<4 | low), 4
		}
	}
	if c, known := controls[text[1]]; known {
		return c, 2
	}
	return text[0], 1
}

func hex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
