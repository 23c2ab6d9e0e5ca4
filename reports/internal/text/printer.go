package text

import (
	"bufio"
	"io"
	"strings"
)

// Options describe the terminal. The zero value suits a pipe.
type Options struct {
	Width int  // columns; 80 if 0
	Color bool // ANSI colours
}

// A Printer writes lines for a terminal.
type Printer struct {
	w     *bufio.Writer
	Width int
	color bool
}

func NewPrinter(w io.Writer, o Options) *Printer {
	if o.Width <= 0 {
		o.Width = 80
	}
	return &Printer{bufio.NewWriter(w), max(o.Width, 40), o.Color}
}

// Flush writes the buffer, and returns the first error of all writes.
func (p *Printer) Flush() error { return p.w.Flush() }

// A Style is an ANSI sequence.
type Style string

const (
	Bold   Style = "\x1b[1m"
	Dim    Style = "\x1b[2m"
	Red    Style = "\x1b[31m"
	Green  Style = "\x1b[32m"
	Yellow Style = "\x1b[33m"
)

// In returns a text in a style.
func (p *Printer) In(s Style, text string) string {
	if !p.color || s == "" || text == "" {
		return text
	}
	return string(s) + text + "\x1b[0m"
}

// Line writes a line without the blanks at its end.
func (p *Printer) Line(s string) { _, _ = p.w.WriteString(strings.TrimRight(s, " ") + "\n") } // Flush returns the error

func (p *Printer) Section(head, text string) {
	p.Line("")
	p.Paragraph(Dim, "", head+": "+text)
}

// Paragraph wraps a text; its first line begins with a bullet, and the others are indented
// equally.
func (p *Printer) Paragraph(s Style, bullet, text string) {
	indent := strings.Repeat(" ", Width(bullet))
	for i, line := range Wrap(Clean(text), min(p.Width, 100)-Width(bullet)) {
		if i > 0 {
			bullet = indent
		}
		p.Line(bullet + p.In(s, line))
	}
}

// Wrap breaks a text at blanks into lines of at most width characters; a longer word gets its
// own line.
func Wrap(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		switch {
		case line == "":
			line = word
		case Width(line)+1+Width(word) <= width:
			line += " " + word
		default:
			lines, line = append(lines, line), word
		}
	}
	return append(lines, line)
}
