package visitor

import (
	"regexp"
	"strconv"
	"strings"
)

// marks matches {visitor.0} and {visitor.0:sample}; fields matches {{name}}.
var (
	marks        = regexp.MustCompile(`\{visitor\.([0-9]{1,6})(?::([^{}]*))?\}`)
	hiddenFields = regexp.MustCompile(`\{\{([^{}]+)\}\}`)
)

func hasMarks(text string) bool {
	return strings.Contains(text, "{") && (marks.MatchString(text) || hiddenFields.MatchString(text))
}

// defaultSample is the shape of a value of a visitor for which the mark has none.
const defaultSample = "visitor"

// A mark is a numbered value of a visitor.
type mark struct {
	number int
	sample string
}

func newMark(submatch []string) mark {
	number, _ := strconv.Atoi(submatch[1]) // the expression allows digits only
	if submatch[2] == "" {
		return mark{number, defaultSample}
	}
	return mark{number, submatch[2]}
}

// expandMarks replaces the marks of a visitor.
func expandMarks(text string, own func(mark) string) string {
	return marks.ReplaceAllStringFunc(text, func(s string) string {
		return own(newMark(marks.FindStringSubmatch(s)))
	})
}

// expandFields replaces the names of hidden fields by their values.
func expandFields(text string, value func(name string) string) string {
	return hiddenFields.ReplaceAllStringFunc(text, func(s string) string {
		return value(strings.TrimSpace(s[2 : len(s)-2]))
	})
}
