package text

import (
	"testing"

	"github.com/mattn/go-runewidth"
)

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"plain – µs × ≤":    "plain – µs × ≤",
		"a\nb\tc":           "a b c",
		"\x1b[31mred\x07":   "[31mred",
		"\u202egnp.exe":     "gnp.exe",
		"broken \xff bytes": "broken \uFFFD bytes",
	} {
		if got := Clean(in); got != want {
			t.Errorf("clean(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestLengthCountsColumns(t *testing.T) {
	for s, want := range map[string]int{"cgi": 3, "日本語": 6, "🚀": 2, "e\u0301": 1, "12.5× – µs…": 11} {
		if got := Width(s); got != want {
			t.Errorf("length(%q) = %d, want %d", s, got, want)
		}
	}
	if a, b := Cut("日本語", 5), Cut("日本語", 4); a != "日本…" || b != "日…" {
		t.Errorf("got %q and %q", a, b)
	}
}

func TestColumnsDoNotDependOnTheLocale(t *testing.T) {
	old := runewidth.DefaultCondition.EastAsianWidth
	runewidth.DefaultCondition.EastAsianWidth = true
	defer func() { runewidth.DefaultCondition.EastAsianWidth = old }()
	if got := Width("12.5× – …"); got != 9 {
		t.Errorf("got %d, want 9", got)
	}
}
