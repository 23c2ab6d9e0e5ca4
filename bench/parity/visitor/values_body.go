package visitor

import (
	"bytes"
	"encoding/json"
	"mime"
	"regexp"
	"strings"
)

// rewriteParts changes the fields of a multipart/form-data body (RFC 7578). The
// delimiter is the boundary with its two dashes.
func rewriteParts(body, delimiter string, f change) string {
	parts := strings.Split(body, delimiter)
	for i, part := range parts[1:] {
		head, content, found := strings.Cut(part, "\r\n\r\n")
		if !found {
			continue // the end, or no part
		}
		text, ended := strings.CutSuffix(content, "\r\n")
		text = f(partPlace(head), text)
		if ended {
			text += "\r\n"
		}
		parts[i+1] = head + "\r\n\r\n" + text
	}
	return strings.Join(parts, delimiter)
}

var disposition = regexp.MustCompile(`(?im)^content-disposition:(.*)$`)

func partPlace(head string) place {
	m := disposition.FindStringSubmatch(strings.ReplaceAll(head, "\r\n", "\n"))
	if m == nil {
		return place{raw, ""}
	}
	_, params, _ := mime.ParseMediaType(strings.TrimSpace(m[1]))
	if _, isFile := params["filename"]; isFile {
		return place{file, params["name"]}
	}
	return place{form, params["name"]}
}

// scalars matches the marks, strings and numbers of a JSON text. Whatever begins first is
// matched as a whole: a number within a string or a mark is no match.
var scalars = regexp.MustCompile(marks.String() + `|` + hiddenFields.String() + `|"(?:[^"\\]|\\.)*"|-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?`)

// rewriteJSON changes strings, numbers and marks. The text may be invalid JSON, such as
// {"ad": {{ad}}}.
func rewriteJSON(body string, f change) string {
	var out strings.Builder
	at, name := 0, ""
	for _, m := range scalars.FindAllStringIndex(body, -1) {
		literal := body[m[0]:m[1]]
		out.WriteString(body[at:m[0]])
		at = m[1]
		p := place{member, name}
		switch {
		case literal[0] == '{':
			p = place{raw, ""}
		case strings.HasPrefix(strings.TrimLeft(body[at:], " \t\r\n"), ":"):
			p, name = place{keyword, ""}, stringOf(literal)
		}
		out.WriteString(rewriteLiteral(literal, p, f))
	}
	return out.String() + body[at:]
}

func rewriteLiteral(literal string, p place, f change) string {
	switch {
	case literal[0] == '{', isNumber(literal):
		return f(p, literal)
	case literal[0] != '"':
		return literal // a fraction or an exponent is no identifier
	}
	var text string
	if json.Unmarshal([]byte(literal), &text) != nil {
		return literal
	}
	if to := f(p, text); to != text {
		return quoted(to)
	}
	return literal
}

// quoted returns a JSON string without the escapes that are for HTML only.
func quoted(s string) string {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string is always encoded
	return strings.TrimSuffix(out.String(), "\n")
}

func stringOf(literal string) string {
	var text string
	if json.Unmarshal([]byte(literal), &text) != nil {
		return literal
	}
	return text
}
