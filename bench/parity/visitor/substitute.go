package visitor

import (
	"strings"

	"github.com/classibench/classibench/bench/parity/trial"
)

// A Substitute is a value that replaces one of a request.
type Substitute struct {
	Kind  string // as of Carrier
	Name  string // of the parameter, field, cookie or key; of a path, the segment before it
	Value string
}

// Substituted returns a request with other values, which no page holds by chance: of
// parameters, fields, cookies, and the path segment after the name of a script. Used is the
// number of values that other requests have already got: all values differ.
func Substituted(r trial.Request, used int) (trial.Request, []Substitute) {
	return substitute(r, used, replaceable)
}

// SubstitutedPath returns a request with another last segment of its path.
func SubstitutedPath(r trial.Request, used int) (trial.Request, []Substitute) {
	path, _, _ := strings.Cut(r.URL, "?")
	last := path[strings.LastIndex(path, "/")+1:]
	return substitute(r, used, func(p place, text string) bool { return p.kind == "path" && text == last && !isScript(text) })
}

func replaceable(p place, text string) bool { return carries(p) && p.kind != field }

func substitute(r trial.Request, used int, replaces func(p place, text string) bool) (trial.Request, []Substitute) {
	var all []Substitute
	changed := rewrite(r, func(p place, text string) string {
		if text == "" || hasMarks(text) || !replaces(p, text) {
			return text
		}
		s := Substitute{string(p.kind), p.name, unusual(text, used+len(all))}
		all = append(all, s)
		return s.Value
	})
	return changed, all
}

// unusual returns a text that no page holds by chance: a number for a number, an address of
// mail for one. Those of two indexes differ.
func unusual(text string, i int) string {
	n := string(rune('a' + i%26))
	switch {
	case digits.MatchString(text):
		return "4817" + string(rune('1'+i%9))
	case strings.Contains(text, "@"):
		return "zqvxk" + n + text[strings.LastIndex(text, "@"):]
	}
	return "zqvxk" + n
}

// Holders returns the places of a request whose values contain a text.
func Holders(r trial.Request, text string) (all []Substitute) {
	rewrite(r, func(p place, value string) string {
		if p.kind != keyword && strings.Contains(strings.ToLower(value), strings.ToLower(text)) {
			all = append(all, Substitute{string(p.kind), p.name, text})
		}
		return value
	})
	return all
}
