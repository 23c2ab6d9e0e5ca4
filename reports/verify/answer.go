package verify

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/header"
)

// headLines returns status and header of an answer, a line each, without the fields that
// are not compared.
func headLines(a result.VerifiedAnswer, masked map[string]bool) (lines []string) {
	if a.Failure != "" {
		return []string{"no answer: " + visible(a.Failure)}
	}
	lines = []string{strings.TrimSpace(fmt.Sprintf("%d %s", a.Status, http.StatusText(a.Status)))}
	for _, name := range slices.Sorted(maps.Keys(a.Header)) {
		if masked[strings.ToLower(name)] {
			continue
		}
		for _, value := range a.Header[name] {
			lines = append(lines, visible(name+": "+value))
		}
	}
	return lines
}

// masked returns the header fields that are not compared, in lower case.
func masked(v *result.Verification, f result.Finding) map[string]bool {
	all := map[string]bool{}
	for _, name := range header.NotOfProgram() {
		all[strings.ToLower(name)] = true
	}
	for _, x := range v.Varies {
		if name, ok := strings.CutPrefix(x.Place, "header "); ok && (x.Route == "" || x.Route == f.Victim.Route) {
			all[strings.ToLower(name)] = true
		}
	}
	if name, ok := strings.CutPrefix(f.Place, "header "); ok {
		delete(all, strings.ToLower(name))
	}
	return all
}

// bodyLines returns the body of an answer in lines: JSON by value, HTML with a break
// between tags where lines are long.
func bodyLines(a result.VerifiedAnswer) []string {
	if a.Body == "" {
		return nil
	}
	body := a.Body
	var b bytes.Buffer
	if json.Indent(&b, []byte(body), "", "  ") == nil && strings.ContainsAny(body[:1], "[{") {
		body = b.String()
	}
	var lines []string
	for line := range strings.SplitSeq(strings.TrimSuffix(body, "\n"), "\n") {
		line = strings.TrimSuffix(line, "\r")
		if len(line) > 120 {
			line = strings.ReplaceAll(line, "><", ">\n<")
		}
		for part := range strings.SplitSeq(line, "\n") {
			lines = append(lines, visible(part))
		}
	}
	return lines
}

// visible writes characters that a reader would not see, or that would change the text
// around them, as Go escapes.
func visible(s string) string {
	var b strings.Builder
	for len(s) > 0 {
		c, size := utf8.DecodeRuneInString(s)
		switch {
		case c == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[0])
		case c == '\t':
			b.WriteString("\t")
		case c < 0x80 && unicode.IsControl(c):
			fmt.Fprintf(&b, `\x%02x`, c)
		case unicode.IsControl(c) || unicode.Is(unicode.Cf, c) || c == 0x2028 || c == 0x2029:
			fmt.Fprintf(&b, `\u%04x`, c)
		default:
			b.WriteRune(c)
		}
		s = s[size:]
	}
	return b.String()
}
