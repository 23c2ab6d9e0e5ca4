package verify

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/classibench/classibench/bench/result"
)

// Annotations writes GitHub's workflow commands, for the output of a workflow step: an
// error for each finding or for a verdict that is not known, and a warning for each warning
// of the result. GitHub shows ten of each kind and step.
func Annotations(w io.Writer, v *result.Verification) error {
	b := bufio.NewWriter(w)
	for _, a := range annotations(v) {
		fmt.Fprintf(b, "::%s title=%s::%s\n", a.kind, escapeProperty("classibench verify: "+a.about), escapeData(a.text)) // Flush returns the error
	}
	return b.Flush()
}

type annotation struct{ kind, about, text string }

func annotations(v *result.Verification) (all []annotation) {
	if v.Verdict == result.Unknown {
		all = append(all, annotation{"error", "not known", strings.Join(append([]string{v.Headline()}, moreReasons(v)...), "\n")})
	}
	for _, f := range v.Findings {
		all = append(all, annotation{"error", f.Kind, strings.Join(details(v, f), "\n")})
	}
	for _, n := range warnings(v) {
		all = append(all, annotation{"warning", "warning", n.Text})
	}
	return all
}

// escapeData escapes the text of a workflow command, which ends at the end of the line.
func escapeData(s string) string {
	s = strings.Map(func(c rune) rune {
		if c != '\n' && c != '\r' && (unicode.IsControl(c) || unicode.Is(unicode.Cf, c)) {
			return -1
		}
		return c
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

// escapeProperty escapes a property, which also ends at a comma or colons.
func escapeProperty(s string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(escapeData(s))
}
