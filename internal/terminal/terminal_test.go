package terminal_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/classibench/classibench/internal/terminal"
)

func TestLine(t *testing.T) {
	for in, want := range map[string]string{
		"":                                "",
		"plain – µs × ≤ 日本":               "plain – µs × ≤ 日本",
		"\x1b[31mred\x1b[0m":              "␛[31mred␛[0m",
		"\x1b]0;title\x07":                "␛]0;title␇",
		"a\rb\nc\td\x00e\x7f\b":           "a␍b␊c␉d␀e␡␈",
		"\u009b31m":                       "�31m",
		"\x9b31m":                         "�31m",
		"\u202egnp.exe\u2066\u200b\ufeff": "�gnp.exe���",
		"a\u2028b\u0085c":                 "a�b�c",
		"\uFFFD":                          "�",
	} {
		if got := terminal.Line(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestLines(t *testing.T) {
	for in, want := range map[string]string{
		"a\nb\r\n\tc\x1b[2J\n": "a\nb\n\tc␛[2J\n", "a\rb\nc": "a␍b\nc", "one": "one",
	} {
		if got := terminal.Lines(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

// FuzzLine searches for a text that still controls a terminal, or whose places move.
func FuzzLine(f *testing.F) {
	f.Add("a\x1b[31m\xff\u202e\n")
	f.Fuzz(func(t *testing.T, s string) {
		got := terminal.Line(s)
		if !utf8.ValidString(got) || utf8.RuneCountInString(got) != utf8.RuneCountInString(s) {
			t.Errorf("%q became %q", s, got)
		}
		if i := strings.IndexFunc(got, func(c rune) bool { return unicode.IsControl(c) || unicode.Is(unicode.Cf, c) }); i >= 0 {
			t.Errorf("%q became %q, with a control character at %d", s, got, i)
		}
	})
}
