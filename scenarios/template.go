package scenarios

import (
	"regexp"
	"strings"
)

// A Part is a piece of a template: text, or the place of a drawn value.
type Part struct {
	Text string // as it is sent
	Draw string // the placeholder whose value stands here; empty for text
	Raw  bool   // the value is not escaped: the placeholder is written {name...}
}

// written is the placeholder as it stands in a template.
func (p Part) written() string {
	if p.Raw {
		return "{" + p.Draw + "...}"
	}
	return "{" + p.Draw + "}"
}

// braced is a name in braces. A name is what a draw may be called.
var braced = regexp.MustCompile(`(\{+)([A-Za-z0-9_]+)(\.\.\.)?(\}+)`)

// Parts splits a template. A placeholder is a name of letters, digits and _ in
// braces, {name} or {name...}. Braces around anything else are text, so that JSON
// stands as it is. Of several braces around a name half are left: {{name}} is the
// text {name}, {{{name}}} is a value in braces, {{{{name}}}} the text {{name}}.
func Parts(template string) []Part {
	var w partsWriter
	at := 0
	for _, m := range braced.FindAllStringSubmatchIndex(template, -1) {
		closing := m[8]
		pairs := min(m[3]-m[2], m[9]-closing) // braces that have no partner are text
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

// A partsWriter collects parts, neighbouring texts as one.
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

// nearMiss finds braces in text that hold the name of a placeholder and more,
// such as { ad } or {ad-id}, and the name that was probably meant.
func nearMiss(text string, names []string) (written, meant string) {
	for _, m := range almost.FindAllStringSubmatch(text, -1) {
		if isPlaceholder(strings.TrimSuffix(m[1], "...")) {
			continue // written {{name}}: meant as text
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
