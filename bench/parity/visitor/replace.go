package visitor

import (
	"html"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// newReplacer returns a function that replaces values in a text, in each of the encodings
// in which pages, links and JSON write them. A value within a longer word stays.
func newReplacer(names map[string]string) func(string) string {
	written := map[string]string{}
	for value, name := range names {
		if value == name {
			continue
		}
		for _, encoded := range encodings(value) {
			written[encoded] = name
		}
	}
	if len(written) == 0 {
		return func(text string) string { return text }
	}
	var patterns []string
	for _, w := range slices.SortedFunc(maps.Keys(written), longestFirst) {
		patterns = append(patterns, regexp.QuoteMeta(w))
	}
	any := regexp.MustCompile(strings.Join(patterns, "|"))
	return func(text string) string { return replaceWords(text, any, written) }
}

func longestFirst(a, b string) int {
	if len(a) != len(b) {
		return len(b) - len(a)
	}
	return strings.Compare(a, b)
}

// encodings returns the ways in which a value is written.
func encodings(value string) []string {
	inJSON := strings.Trim(quoted(value), `"`)
	all := []string{value, html.EscapeString(value), url.QueryEscape(value), url.PathEscape(value), inJSON, strings.ReplaceAll(inJSON, "/", `\/`)}
	slices.Sort(all)
	return slices.Compact(all)
}

func replaceWords(text string, any *regexp.Regexp, written map[string]string) string {
	var out strings.Builder
	at := 0
	for _, m := range any.FindAllStringIndex(text, -1) {
		if m[0] > 0 && isAlnum(text[m[0]-1]) || m[1] < len(text) && isAlnum(text[m[1]]) {
			continue
		}
		out.WriteString(text[at:m[0]])
		out.WriteString(written[text[m[0]:m[1]]])
		at = m[1]
	}
	out.WriteString(text[at:])
	return out.String()
}
