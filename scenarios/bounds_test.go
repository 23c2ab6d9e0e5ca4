package scenarios_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/classibench/classibench/scenarios"
)

const plain = "name: a\nmix: [{name: r, get: /}]\n"

// staircase nests mappings in blocks.
func staircase(depth int) string {
	var b strings.Builder
	for i := range depth {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}

// numbered repeats a text with the number of its turn.
func numbered(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// Files that would take the YAML parser minutes are refused with the place.
func TestBoundsOfAFile(t *testing.T) {
	for _, c := range []struct{ name, src, place, want string }{
		{"brackets", "a: " + strings.Repeat("[", 30_000), "1:23", "nested more than 20 deep"},
		{"braces", "a: " + strings.Repeat("{a: ", 30_000), "1:80", "nested more than 20 deep"},
		{"closed brackets", "a: " + strings.Repeat("[", 30_000) + strings.Repeat("]", 30_000), "1:23", "nested more than 20 deep"},
		{"mappings", staircase(400), "21:22", "nested more than 20 deep"},
		{"lists", strings.Repeat("- ", 30_000), "1:41", "nested more than 20 deep"},
		{"complex keys", strings.Repeat("? ", 30_000), "1:41", "nested more than 20 deep"},
		{"after a comment", "# {[\n" + strings.Repeat("[", 21), "2:21", "nested more than 20 deep"},
		{"aliases", "a: &a [x]\n" + numbered(200, "b%d: *a\n"), ":", "more than 100 anchors, aliases and tags"},
		{"tags", "a: " + strings.Repeat("!t ", 30_000), "1:", "more than 100 anchors, aliases and tags"},
		{"documents", strings.Repeat("---\na: b\n", 10_000), "21:1", "more than 10 documents"},
		{"names", plain + "draw:\n" + numbered(100_000, "  d%d: {list: [x]}\n"), "1004:", "more than 1000 names"},
		{"names in braces", plain + "draw: {" + numbered(2_000, "d%d: x, ") + "}", "3:", "more than 1000 names"},
		{"line ends", plain + strings.Repeat("\n", 2_000_000), "1:1", "more than 1000000"},
		{"bytes", plain + strings.Repeat("#", 9<<20), "1:1", "larger than 8388608 bytes"},
		{"blank lines in a text", plain + "description: |\n  x" + strings.Repeat("\n", 30_000), "", "too many blank lines in succession"},
		{"blank lines in a folded text", plain + "description: >\n  x" + strings.Repeat("\n ", 30_000), "", "too many blank lines in succession"},
		{"carriage returns", plain + "description: |\r  x" + strings.Repeat("\r", 30_000), "", "too many blank lines in succession"},
		{"blank lines after a long text", plain + "description: |\n  " + strings.Repeat("x", 7<<20) + strings.Repeat("\r\n\t", 60), "", "too many blank lines in succession"},
		{"blank lines after many texts", plain + numbered(100, "d%d: |\n  x"+strings.Repeat("\n", 1_000)), "", "too many blank lines in succession"},
		{"tabs in quotes", plain + "description: \"" + strings.Repeat("\t#", 60_000) + "\"\n", "3:1", "too many tabs in long lines"},
		{"tabs in many lines", plain + strings.Repeat("#"+strings.Repeat("\t", 10_000)+"\n", 20), "12:1", "too many tabs in long lines"},
		{"a quote without an end, and many more", "a: \"\t" + strings.Repeat("'", 100_001), "1:4", "could not find end character of double-quoted text"},
		{"dashes within brackets", "name: a\nmix: [" + strings.Repeat("- ", 100_000), "2:7", "an item within brackets begins without a dash"},
		{"routes", "name: a\nmix:\n" + numbered(12_000, "- {name: r%d, get: /}\n"), "10003:", "mix has 12000 items, and may have 10000"},
		{"targets", plain + "targets:\n" + numbered(40, "- {name: t%d, kind: cgi, command: x}\n"), "36:", "targets has 40 items, and may have 32"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := scenarios.Parse("a.yaml", []byte(c.src))
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "a.yaml:"+c.place) && c.place != ":" {
				t.Errorf("got %.200v, want %q at %s", err, c.want, c.place)
			}
		})
	}
}

// Brackets in texts and comments do not count, nor do routes beside each other.
func TestBoundsAreFarAway(t *testing.T) {
	deep := strings.Repeat("[", 500) + strings.Repeat("]", 500)
	for _, src := range []string{
		plain + "# " + deep,
		plain + "description: \"" + deep + "\"\n",
		plain + "description: '" + deep + "'\n",
		plain + "description: |\n  " + deep + "\n  a: b\n   c: d\n",
		"name: a\nmix:\n" + numbered(2_000, "- name: r%d\n  get: /\n  expect: {status: 200, body: x}\n  header: {A: [b, c]}\n"),
		plain + "description: |\n  x" + strings.Repeat("\n", 1_000) + "  y" + strings.Repeat("\n", 1_000),
		plain + strings.Repeat("\n\n\n# x\t\t\t\t\n", 100_000),
		plain + "targets:\n" + numbered(30, "- name: t%d\n  kind: cgi\n  command: [x, y]\n  env:\n    A: b\n"),
	} {
		if _, err := scenarios.Parse("a.yaml", []byte(src)); err != nil {
			t.Errorf("%.60q…: %.200v", src, err)
		}
	}
}

// Every quantity has bounds, with the place of the mistake.
func TestBoundsOfQuantities(t *testing.T) {
	stage := plain + "replay: {stages: [{name: s, for: 1s, rate: %s}]}"
	for _, c := range []struct{ format, value, want string }{
		{stage, "1e18 hits/s", "3:44: rate \"1e18 hits/s\": must be at most 10000000 hits/s"},
		{stage, "1e308M hits/s", "must be at most"},
		{stage, "1e300 hits/day", "must be at most"},
		{stage, "1e9 capacity", "must be at most 1000 capacity"},
		{stage, "1e-300 hits/s", "must be at least"},
		{stage, "1e-300 capacity", "must be at least"},
		{stage, "NaN hits/s", "not a number"},
		{stage, "Inf hits/s", "not a number"},
		{stage, "1e400 hits/s", "not a number"},
		{stage, "9M hits/s, curve: [1, 1000]", "the highest rate of stage"},
		{stage, "1 hits/s, curve: [1, 1e9]", "must be at most 1000"},
		{stage, "1 hits/s, curve: [0, .inf]", "write a number"},
		{plain + "replay: {double_up_to: %s, stages: [{name: s, for: 1s, rate: 1 hits/s}]}", "1e18 hits/s", "must be at most"},
		{plain + "replay: {stages: [{name: s, for: %s, rate: 1 hits/s}]}", "1e18h", "not a duration"},
		{plain + "replay: {stages: [{name: s, for: %s, rate: 1 hits/s}]}", "2562047h", "longer than a day"},
		{plain + "replay: {timeout: %s}", "10000h", "longer than a day"},
		{plain + "capacity: {users: %s}", "100000000", "must be from 1 to 4096"},
		{plain + "capacity: {users: %s}", "99999999999999999999", "not a whole number"},
		{plain + "capacity: {budget: %s}", "9999h", "longer than a day"},
		{plain + "data: {ads: %s}", "1000000000", "must be from 1 to 20000000"},
		{plain + "data: {seed: %s}", "99999999999999999999", "not a whole number"},
		{plain + "objective: {errors: %s}", "1e9%", "not between 0% and 100%"},
		{"name: a\nmix: [{name: r, get: /, weight: %s}]", "1e300", "must be from 1e-09 to 1e+12"},
		{"name: a\nmix: [{name: r, get: /, weight: %s}]", "1e-300", "must be from 1e-09 to 1e+12"},
		{"name: a\nmix: [{name: r, get: '/{x}'}]\ndraw: {x: {range: %s}}", "[-9223372036854775808, 9223372036854775807]", "must be from -1000000000000000 to 1000000000000000"},
		{"name: a\nmix: [{name: r, get: '/{x}'}]\ndraw: {x: {range: [1, 2], zipf: %s}}", "1e9", "at most 10"},
		{plain + "targets: [{name: t, kind: cgi, command: x, processes: %s}]", "1000000", "must be from 1 to 4096"},
	} {
		_, err := scenarios.Parse("a.yaml", fmt.Appendf(nil, c.format, c.value))
		var problems scenarios.Problems
		if !errors.As(err, &problems) || !strings.Contains(err.Error(), c.want) || problems[0].Line < 2 {
			t.Errorf("%s: got %v, want %q", c.value, err, c.want)
		}
	}
	for _, rate := range []string{"1e18 hits/s", "NaN hits/s", "1e308M hits/day"} { // as flags take them
		if _, err := scenarios.ParseRate(rate); err == nil {
			t.Errorf("ParseRate accepts %s", rate)
		}
	}
}

// A mistake in a long line is shown with its surroundings only.
func TestExcerptOfALongLine(t *testing.T) {
	src := plain + "wrong: " + strings.Repeat("x", 1<<20) + "\n" + strings.Repeat("é", 1000) + ": y"
	_, err := scenarios.Parse("a.yaml", []byte(src))
	var problems scenarios.Problems
	if !errors.As(err, &problems) {
		t.Fatalf("got %v", err)
	}
	var b bytes.Buffer
	problems.Print(&b, false)
	if b.Len() > 4000 || !strings.Contains(b.String(), "wrong: xxx") {
		t.Errorf("it prints %d bytes: %.300s", b.Len(), b.String())
	}
}

// FuzzDepth nests the pieces of a document, which FuzzParse would need long to find.
func FuzzDepth(f *testing.F) {
	for _, piece := range []string{"[", "{a: ", "- ", "? ", "a:\n ", "&a [", "!t {", "[*a, ", "\"", "|\n", "-\n-", "{? ["} {
		f.Add("name: a\nmix: ", piece, uint16(1000), "]")
	}
	for _, piece := range []string{"\n", "\r\n ", "\t#", "- ", "'"} {
		f.Add("name: a\nmix: [\"", piece, uint16(1000), "\"]")
		f.Add("name: a\nmix: |\n x", piece, uint16(1000), "")
	}
	f.Fuzz(func(t *testing.T, head, piece string, n uint16, tail string) {
		if len(piece) > 100 || len(tail) > 100 {
			return
		}
		_, _ = scenarios.Parse("a.yaml", []byte(head+strings.Repeat(piece, int(n))+strings.Repeat(tail, int(n))))
	})
}
