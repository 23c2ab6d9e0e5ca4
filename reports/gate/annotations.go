package gate

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/classibench/classibench/bench/result"
)

// Annotations writes GitHub's workflow commands, for the output of a workflow step: an
// error for each failed check and for an invalid measurement, a notice for each
// inconclusive check (an error with InconclusiveFails), and a warning for each warning of
// the result.
//
// GitHub shows ten of each kind and step, so the most important come first.
func Annotations(w io.Writer, r *result.Result, o Options) error {
	b := bufio.NewWriter(w)
	for _, a := range annotations(r, o) {
		fmt.Fprintf(b, "::%s title=%s::%s\n", a.kind, escapeProperty("classibench gate: "+a.about), escapeData(a.text)) // Flush returns the error
	}
	return b.Flush()
}

type annotation struct{ kind, about, text string }

func annotations(r *result.Result, o Options) []annotation {
	var all []annotation
	if reasons := unsound(r); len(reasons) > 0 {
		all = append(all, annotation{"error", "measurement", strings.Join(reasons, "\n")})
	}
	for _, c := range r.Gate.Checks {
		if kind := annotationKind(r, c, o); kind != "" {
			all = append(all, annotation{kind, c.Title(), strings.Join(checkLines(r, c), "\n")})
		}
	}
	for _, n := range warnings(r) {
		all = append(all, annotation{"warning", "warning", n.Text})
	}
	return all
}

// annotationKind returns the kind of annotation of a check, "" for none.
func annotationKind(r *result.Result, c result.Check, o Options) string {
	switch {
	case c.Outcome == result.Pass || !r.Verdict.Valid:
		return ""
	case r.Gate.Advises(c):
		return "warning"
	case fails(r.Gate, c, o):
		return "error"
	case r.Gate.Weighs(c):
		return "notice"
	}
	return ""
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
