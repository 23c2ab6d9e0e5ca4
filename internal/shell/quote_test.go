package shell_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/classibench/classibench/internal/shell"
)

// A shell reads the same words from a quoted line.
func TestQuote(t *testing.T) {
	words := []string{"-x", "a b", "", "it's", `"$HOME" \ $(id)`, "*.go", "{addr}", "a;b|c&d", "new\nline", "~", "#no", "é"}
	out, err := exec.Command("sh", "-c", "printf '%s\\0' "+shell.Quote(words)).Output()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00"); !slices.Equal(got, words) {
		t.Errorf("got %q, want %q", got, words)
	}
}
