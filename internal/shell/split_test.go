package shell_test

import (
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/classibench/classibench/internal/shell"
)

// Lines that a shell splits into the same words.
var asShell = map[string][]string{
	"":                                 nil,
	" \t\n":                            nil,
	"./mine -listen {addr}":            {"./mine", "-listen", "{addr}"},
	"x http://{host}:{port}/{data}":    {"x", "http://{host}:{port}/{data}"},
	"x  'two words'\t\"two more\"\n-y": {"x", "two words", "two more", "-y"},
	`a\ b c\\d \'`:                     {"a b", `c\d`, "'"},
	`'a\b' '' ""`:                      {`a\b`, "", ""},
	`"C:\new\x" "a\\b" "\"q\"" "\$5"`:  {`C:\new\x`, `a\b`, `"q"`, "$5"},
	`a"b"'c'\d`:                        {"abcd"},
	`it"'"s`:                           {"it's"},
	"a\\\nb \"c\\\nd\"":                {"ab", "cd"},
	"'a\nb'":                           {"a\nb"},
	"a#b x=1 é $":                      {"a#b", "x=1", "é", "$"},
	"if ! { then }":                    {"if", "!", "{", "then", "}"},
}

func TestSplit(t *testing.T) {
	// Lines of which a shell would expand something, or keep a \r.
	words := map[string][]string{
		"x *.go ~/a {a,b} {1..3} [c]?":           {"x", "*.go", "~/a", "{a,b}", "{1..3}", "[c]?"},
		"http://*:8080/?a=1":                     {"http://*:8080/?a=1"},
		`sh -c "exec ./x -p $PORT ${A:-b} $(c)"`: {"sh", "-c", "exec ./x -p $PORT ${A:-b} $(c)"},
		"sh -c \"`a` $((1+2)) $\"":               {"sh", "-c", "`a` $((1+2)) $"},
		"a\r\nb 'c\r\nd' \"e\r\nf\" g\rh 'i\r'":  {"a", "b", "c\nd", "e\nf", "g", "h", "i\r"},
		`sh -c 'set -- /x*; exec "$1" && y >z'`:  {"sh", "-c", `set -- /x*; exec "$1" && y >z`},
	}
	for _, table := range []map[string][]string{words, asShell} {
		for line, want := range table {
			if got, err := shell.Split(line); err != nil || !slices.Equal(got, want) {
				t.Errorf("%q: got %q, %v; want %q", line, got, err, want)
			}
		}
	}
}

func TestShellSplitsAlike(t *testing.T) {
	for line, want := range asShell {
		// set -- takes the words, and the dot keeps what printf prints when there are none.
		one := strings.ReplaceAll(strings.ReplaceAll(line, "\\\n", ""), "\t", " ")
		if !strings.Contains(line, "'a\nb'") {
			one = strings.ReplaceAll(one, "\n", " ")
		}
		out, err := exec.Command("sh", "-c", "set -- "+one+"\nprintf '%s\\0' . \"$@\"").Output()
		if err != nil {
			t.Errorf("%q: %v", line, err)
		}
		if got := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")[1:]; !slices.Equal(got, want) {
			t.Errorf("%q: sh reads %q, want %q", line, got, want)
		}
	}
}

func TestSplitLeavesTheRestToAShell(t *testing.T) {
	for line, want := range map[string]string{
		"a && b": "&& at 2", "a | b": "| at 2", "a || b": "|| at 2", "a; b": "; at 1", "a & b": "& at 2",
		"a >out": "> at 2", "a 2>&1": ">& at 3", "a <in": "< at 2", "a <<E\nb\nE": "<< at 2", "(a)": "( at 0",
		"x http://a/?b&c": "& at 13", "é && b": "&& at 3", "sh -c 'a && b' && c": "&& at 15",
		"a $HOME/b": "$HOME at 2", "a -p=${P}": "${P} at 5", "a $(b)": "$(b) at 2", "a `b`": "`b` at 2", "a $((1))": "$((1)) at 2",
		"a $'b'": "$'b' at 2", `a $"b"`: `$"b" at 2`, "a <(b)": "<(b) at 2", "a @(b|c)": "@(b|c) at 2",
		"#a": "# at 0", "a #b": "# at 2", "a # b\nc": "# at 2",
	} {
		_, err := shell.Split(line)
		bad, ok := errors.AsType[*shell.NeedsShell](err)
		if !ok {
			t.Errorf("%q: got %v, want %s", line, err, want)
			continue
		}
		if got := fmt.Sprintf("%s at %d", bad.Part, bad.Offset); got != want {
			t.Errorf("%q: got %s, want %s", line, got, want)
		}
	}
	for line, want := range map[string]string{
		"a 'b": "a quote is not closed", `a "b`: "a quote is not closed", `a "b\"`: "a quote is not closed",
		`a b\`: "nothing follows the last backslash", "a\x00b": "it contains a NUL byte", "a \xff": "invalid UTF-8 encoding",
	} {
		if _, err := shell.Split(line); err == nil || err.Error() != want {
			t.Errorf("%q: got %v, want %s", line, err, want)
		}
	}
}

func FuzzSplit(f *testing.F) {
	for line := range asShell {
		f.Add(line)
	}
	for _, line := range []string{"a && b", "a \"$(b \"c\")\" #d", "\"${a", "x=(a b) <<E", "a @(b|c", "[[ ((", "$[1]", "\r\\\r\n", "\\\r\"\n \"", "'\r\n'\"\\\r\n\""} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		words, err := shell.Split(line)
		if bad, ok := errors.AsType[*shell.NeedsShell](err); ok && (bad.Part == "" || !strings.HasPrefix(line[bad.Offset:], bad.Part)) {
			t.Errorf("%q: %q is not at %d", line, bad.Part, bad.Offset)
		}
		if err != nil {
			return
		}
		if slices.ContainsFunc(words, func(word string) bool { return strings.Contains(word, "\r\n") }) {
			return // of \r\r\n: read again, it is \n
		}
		if again, err := shell.Split(shell.Quote(words)); err != nil || !slices.Equal(again, words) {
			t.Errorf("%q: the words %q became %q, %v", line, words, again, err)
		}
	})
}
