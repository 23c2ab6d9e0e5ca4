package reports

import (
	"bufio"
	"io"
	"strings"
	"unicode"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/unit"
	"github.com/mattn/go-runewidth"
)

// TextOptions say what the terminal can show. The zero value suits a pipe.
type TextOptions struct {
	Width int  // columns; 80 if 0
	Color bool // ANSI colours
}

// Text writes the verdict, its reasons and the tables of throughput and stages,
// no line wider than asked for.
func Text(w io.Writer, r *result.Result, o TextOptions) error {
	p := newPrinter(w, o)
	p.verdict(r)
	if r.Capacity != nil {
		p.section("Capacity", capacityMethod(r))
		p.table(capacityTable(r))
	}
	if replayed(r) {
		p.section("Replay", replayMethod(r))
		p.table(stagesTable(r))
		p.faults(r)
	}
	return p.w.Flush()
}

// A printer writes lines for a terminal.
type printer struct {
	w     *bufio.Writer
	width int
	color bool
}

func newPrinter(w io.Writer, o TextOptions) *printer {
	if o.Width <= 0 {
		o.Width = 80
	}
	return &printer{bufio.NewWriter(w), max(o.Width, 40), o.Color}
}

// An ansi is an ANSI sequence.
type ansi string

const (
	bold   ansi = "\x1b[1m"
	dim    ansi = "\x1b[2m"
	red    ansi = "\x1b[31m"
	green  ansi = "\x1b[32m"
	yellow ansi = "\x1b[33m"
)

// in dresses a text in a style.
func (p *printer) in(s ansi, text string) string {
	if !p.color || s == "" || text == "" {
		return text
	}
	return string(s) + text + "\x1b[0m"
}

// line writes a line without the blanks at its end.
func (p *printer) line(s string) { _, _ = p.w.WriteString(strings.TrimRight(s, " ") + "\n") } // Flush returns the error

func (p *printer) verdict(r *result.Result) {
	for _, sentence := range sentences(r) {
		p.paragraph(bold, "", sentence)
	}
	if r.Partial != "" {
		p.paragraph(yellow, "  ! ", partialWords(r))
	}
	for _, reason := range r.Verdict.Reasons {
		p.paragraph("", "  - ", reason)
	}
	p.notes(otherDoubts(r))
}

func (p *printer) notes(notes []note) {
	for _, n := range notes {
		p.paragraph(yellow, "  ! ", n.Text)
	}
}

func (p *printer) section(head, text string) {
	p.line("")
	p.paragraph(dim, "", head+": "+text)
}

// paragraph wraps a text; its first line begins with a bullet and the others
// are as far in.
func (p *printer) paragraph(s ansi, bullet, text string) {
	indent := strings.Repeat(" ", length(bullet))
	for i, line := range wrap(clean(text), min(p.width, 100)-length(bullet)) {
		if i > 0 {
			bullet = indent
		}
		p.line(bullet + p.in(s, line))
	}
}

// wrap breaks a text at blanks into lines of at most width characters; a longer
// word stands alone.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		switch {
		case line == "":
			line = word
		case length(line)+1+length(word) <= width:
			line += " " + word
		default:
			lines, line = append(lines, line), word
		}
	}
	return append(lines, line)
}

func (p *printer) faults(r *result.Result) {
	for _, t := range r.Replay.Trials {
		for _, f := range faults(t.Faults) {
			p.paragraph("", "  - ", t.Target+": "+unit.Whole(f.Count)+" × "+f.kind+example(f.Example))
		}
	}
}

func example(s string) string {
	if s == "" {
		return ""
	}
	return ", for example: " + s
}

// length is the number of columns of a text.
func length(s string) int { return columns.StringWidth(s) }

// columns counts × – … as one whatever the locale, as terminals draw them and as a file
// needs it.
var columns = &runewidth.Condition{StrictEmojiNeutral: true}

// clean takes from a text what would move a cursor or break a row: names and
// examples come from outside.
func clean(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	return strings.Map(func(c rune) rune {
		switch {
		case c == '\n' || c == '\t' || c == '\r':
			return ' '
		case unicode.IsControl(c) || unicode.Is(unicode.Cf, c):
			return -1
		}
		return c
	}, s)
}
