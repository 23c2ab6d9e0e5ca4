package visitor

import (
	"html"
	"net/url"
	"slices"
	"strings"
)

// A replacer replaces values in texts, in each of the encodings in which pages, links and
// JSON write them. A value within a longer word stays.
type replacer map[string][]replacement // by the first bytes of the value as it is written

type replacement struct{ written, name string }

func newReplacer(names map[string]string) replacer {
	r := replacer{}
	for value, name := range names {
		if value == name || len(value) < leastIdentifier {
			continue
		}
		for _, written := range encodings(value) {
			first := written[:leastIdentifier]
			r[first] = append(r[first], replacement{written, name})
		}
	}
	for _, all := range r {
		slices.SortFunc(all, func(a, b replacement) int { return len(b.written) - len(a.written) })
	}
	return r
}

// encodings returns the ways in which a value is written. None is shorter than the value.
func encodings(value string) []string {
	inJSON := strings.TrimSuffix(strings.TrimPrefix(quoted(value), `"`), `"`)
	all := []string{value, html.EscapeString(value), url.QueryEscape(value), url.PathEscape(value), inJSON, strings.ReplaceAll(inJSON, "/", `\/`)}
	slices.Sort(all)
	return slices.Compact(all)
}

// replace returns the text with the values replaced.
func (r replacer) replace(text string) string {
	if len(r) == 0 {
		return text
	}
	var out strings.Builder
	done := 0
	for i := 0; i+leastIdentifier <= len(text); i++ {
		if i > 0 && isAlnum(text[i-1]) {
			continue
		}
		if found, ok := r.at(text[i:]); ok {
			out.WriteString(text[done:i] + found.name)
			done = i + len(found.written)
			i = done - 1
		}
	}
	return out.String() + text[done:]
}

// at returns the longest value with which a text begins, and that no letter or digit
// follows.
func (r replacer) at(text string) (replacement, bool) {
	for _, x := range r[text[:leastIdentifier]] {
		if strings.HasPrefix(text, x.written) && (len(text) == len(x.written) || !isAlnum(text[len(x.written)])) {
			return x, true
		}
	}
	return replacement{}, false
}
