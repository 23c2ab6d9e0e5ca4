package scenarios

import (
	"regexp"
	"strings"
)

// A Part is a part of a template: text, or a placeholder.
type Part struct {
	Text string // sent unchanged
	Draw string // the placeholder's name; empty for text
	Raw  bool   // the value is not escaped: the placeholder is written {name...}
}

// written returns the placeholder as it is written in a template.
func (p Part) written() string {
	if p.Raw {
		return "{" + p.Draw + "...}"
	}
	return "{" + p.Draw + "}"
}

// braced matches the name of a draw in braces.
var braced = regexp.MustCompile(`(\{+)([A-Za-z0-9_]+)(\.\.\.)?(\}+)`)

// Parts splits a template. A placeholder is a name of letters, digits and _ in
// braces, {name} or {name...}. Braces around anything else are text, so that JSON
// needs no escapes. Doubled braces around a name are halved: {{name}} is the text
// {name}, {{{name}}} is a value in braces, {{{{name}}}} is the text {{name}}.
func Parts(template string) []Part {
	var w partsWriter
	at := 0
	for _, m := range braced.FindAllStringSubmatchIndex(template, -1) {
		closing := m[8]
		pairs := min(m[3]-m[2], m[9]-closing) // unmatched braces are text
		w.text(template[at:m[3]-pairs] + strings.Repeat("{", pairs/2))
		if pairs%2 == 1 {
			w.parts = append(w.parts, Part{Draw: template[m[4]:m[5]], Raw: m[6] >= 0})
		} else {
			w.text(template[m[4]:closing])
		}
		w.text(strings.Repeat("}", pairs/2))
		at = closing + pairs
	}
	w.text(template[at:])
	return w.parts
}

// Literal returns the template for a text: it doubles the braces around
// names.
func Literal(text string) string {
	return braced.ReplaceAllStringFunc(text, func(s string) string {
		m := braced.FindStringSubmatch(s)
		more := min(len(m[1]), len(m[4]))
		return strings.Repeat("{", more) + s + strings.Repeat("}", more)
	})
}

// A partsWriter collects parts, and joins neighbouring texts.
type partsWriter struct{ parts []Part }

func (w *partsWriter) text(s string) {
	last := len(w.parts) - 1
	switch {
	case s == "":
	case last >= 0 && w.parts[last].Draw == "":
		w.parts[last].Text += s
	default:
		w.parts = append(w.parts, Part{Text: s})
	}
}

// nearMiss searches a text for braces around the name of a placeholder and other
// characters, such as { ad } or {ad-id}. It also returns the name that was probably
// meant.
func nearMiss(text string, names []string) (written, meant string) {
	for _, m := range almost.FindAllStringSubmatch(text, -1) {
		if isPlaceholder(strings.TrimSuffix(m[1], "...")) {
			continue // {{name}} is text on purpose
		}
		for _, name := range names {
			if strings.EqualFold(bare.Replace(m[1]), bare.Replace(name)) {
				return m[0], name
			}
		}
	}
	return "", ""
}

var (
	almost = regexp.MustCompile(`\{([A-Za-z0-9_ .-]+)\}`)
	bare   = strings.NewReplacer(" ", "", ".", "", "-", "", "_", "")
)
