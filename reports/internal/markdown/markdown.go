// Package markdown writes and escapes GitHub's Markdown.
package markdown

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/classibench/classibench/reports/internal/text"
)

// A Writer writes GitHub's Markdown.
type Writer struct{ w *bufio.Writer }

func New(w io.Writer) *Writer { return &Writer{bufio.NewWriter(w)} }

// Flush writes the buffer, and returns the first error of all writes.
func (m *Writer) Flush() error { return m.w.Flush() }

func (m *Writer) Printf(format string, args ...any) { fmt.Fprintf(m.w, format, args...) } // Flush returns the error

func (m *Writer) Section(head, text string) {
	m.Printf("\n## %s\n", head)
	if text != "" {
		m.Printf("\n%s\n", Escape(text))
	}
}

// Row writes a row of a table.
func (m *Writer) Row(cells []string) {
	for _, c := range cells {
		m.Printf("| %s ", Escape(c))
	}
	m.Printf("|\n")
}

// Escape escapes the characters of a text that have a meaning in Markdown.
func Escape(s string) string {
	var b strings.Builder
	for _, c := range text.Clean(s) {
		if strings.ContainsRune("\\`*_{}[]<>#|~&!", c) {
			b.WriteByte('\\')
		}
		b.WriteRune(c)
	}
	return b.String()
}

// CodeSpan quotes a text that may contain backticks (CommonMark §6.1).
func CodeSpan(s string) string {
	s = text.Clean(s)
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	if fence != "`" {
		s = " " + s + " "
	}
	return fence + s + fence
}

func (m *Writer) List(items []string) {
	if len(items) > 0 {
		m.Printf("\n")
	}
	for _, s := range items {
		m.Printf("- %s\n", Escape(s))
	}
}
