package load

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/url"
	"strings"

	"github.com/classibench/classibench/scenarios"
)

// placeOf returns the escaping of values in a body.
func placeOf(s scenarios.Syntax) place {
	switch s {
	case scenarios.JSON:
		return place{value: jsonText}
	case scenarios.XML:
		return place{value: xmlText}
	case scenarios.FormValues:
		return place{value: url.QueryEscape}
	}
	return place{}
}

// jsonText writes a value as the content of a JSON string. A number keeps its form.
func jsonText(v string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(v) // cannot fail for a string and a Builder
	return strings.TrimSuffix(b.String()[1:], "\"\n")
}

// xmlText writes a value as character data or as the value of an attribute.
func xmlText(v string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(v)) // cannot fail for a Builder
	return b.String()
}

// target writes a value into an address unchanged, except for bytes that would end
// the address. The parser refuses such bytes in lists.
func target(v string) string {
	var b strings.Builder
	for i := range len(v) {
		if c := v[i]; c <= ' ' || c == 0x7f || c == '#' {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// quoted escapes the name of a form's part, as browsers do.
var quoted = strings.NewReplacer("\"", "%22", "\r", "%0D", "\n", "%0A").Replace
