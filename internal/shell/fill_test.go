package shell_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/classibench/classibench/internal/shell"
)

// A shell reads a value as it is, in whatever quotes its placeholder stands.
func TestFill(t *testing.T) {
	for _, value := range []string{"/tmp/plain", "/tmp/two words", "it's", `say "$HOME" \ $(id) ` + "`id`", "*", "a;b|c&d", "ä\tb", "-x", "{tree}"} {
		for line, want := range map[string]string{
			"printf %s {out}":                          value,
			"printf %s '{out}'":                        value,
			`printf %s "{out}"`:                        value,
			"printf %s {out}/bin":                      value + "/bin",
			`printf %s "a {out}/b"`:                    "a " + value + "/b",
			"printf %s a'{out}'b":                      "a" + value + "b",
			`A={out}; printf %s "$A"`:                  value,
			`A="{out}" && printf %s "$A"`:              value,
			`printf %s "$(printf %s '{out}')"`:         value,
			`printf %s "$(printf %s "{out}")"`:         value,
			`printf %s "$(printf %s {out})"`:           value,
			"(cd / && printf %s {out}) # {out} '":      value,
			"for x in {out}; do printf %s \"$x\";done": value,
			"if true; then printf %s {out}; fi":        value,
			"printf %s \\\n{out}":                      value,
			`printf %s "\"{out}\""`:                    `"` + value + `"`,
			"printf %s {other}":                        "{other}",
		} {
			filled := shell.Fill(line, map[string]string{"{out}": value, "{tree}": "/tree"})
			out, err := exec.Command("sh", "-c", filled).Output()
			if err != nil || string(out) != want {
				t.Errorf("%q with %q is %q and prints %q (%v), want %q", line, value, filled, out, err, want)
			}
		}
	}
}

// A line with a mistake is filled as far as possible: the shell reports the mistake.
func TestFillOfAMistake(t *testing.T) {
	if got := shell.Fill("echo '{out}", map[string]string{"{out}": "/x"}); got != "echo '/x" {
		t.Errorf("got %q", got)
	}
}

func FuzzFill(f *testing.F) {
	for _, line := range []string{"a {out}", "a '{out}' \"{out}\"", "cat <<E\n{out}\nE\n", "$({out})", "`{out}`", "((", "{ {out}; }", "${a:-{out}}"} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		filled := shell.Fill(line, map[string]string{"{out}": "/plain/path"})
		if want := strings.ReplaceAll(line, "{out}", "/plain/path"); filled != want {
			t.Errorf("%q: got %q, want %q", line, filled, want)
		}
	})
}
