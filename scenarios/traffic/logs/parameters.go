package logs

import "strings"

// target treats the values of parameters: of a query, of a fragment, and of segments of the path
// (RFC 3986 §3.3), where ;jsessionid= keeps a session. The signs that begin these may be
// percent-encoded. Other parts of the path stay.
func (a *Anonymize) target(target string) string {
	if a.how["queries"] == kept {
		return target
	}
	query := first(target, "?", "#", "%3f", "%23")
	segments := strings.Split(target[:query], "/")
	for i, segment := range segments {
		params := pathParameters(segment)
		segments[i] = segment[:params] + a.parameters(segment[params:])
	}
	return strings.Join(segments, "/") + a.parameters(target[query:])
}

// pathParameters returns where the parameters of a segment begin. Addresses that were put together
// wrongly have those of a query after &, without a ?. An & alone may be a part of a name.
func pathParameters(segment string) int {
	params := first(segment, ";", "%3b")
	if i := strings.IndexByte(segment[:params], '&'); i >= 0 && strings.Contains(segment[i:params], "=") {
		return i
	}
	return params
}

// first returns where the first of some signs begins in a text, in capital letters or not, or
// the length of the text.
func first(text string, signs ...string) int {
	for i := range len(text) {
		for _, sign := range signs {
			if len(text)-i >= len(sign) && strings.EqualFold(text[i:i+len(sign)], sign) {
				return i
			}
		}
	}
	return len(text)
}

// parameters treats a text of parameters, each after a sign, such as ?name=value&value.
func (a *Anonymize) parameters(text string) string {
	var b strings.Builder
	for text != "" {
		sign := signLength(text)
		end := sign + strings.IndexAny(text[sign:]+"&", "?#&;")
		b.WriteString(text[:sign] + a.parameter(text[sign:end]))
		text = text[end:]
	}
	return b.String()
}

// signLength returns the length of the sign at the begin of a text.
func signLength(text string) int {
	if text[0] == '%' {
		return len("%3f")
	}
	return 1
}

// parameter treats a name with its value. Names stay, since programs look for them; what has
// no name, or one that is no word, is a value.
func (a *Anonymize) parameter(text string) string {
	name, value, named := strings.Cut(text, "=")
	switch {
	case !named:
		return a.parameterValue(text)
	case !isName(name):
		name = a.parameterValue(name)
	}
	return name + "=" + a.parameterValue(value)
}

func (a *Anonymize) parameterValue(value string) string {
	if value == "" || a.how["queries"] == dropped {
		return ""
	}
	return a.hash("queries", value)
}

// longestParameter bounds what is taken for the name of a parameter, in bytes.
const longestParameter = 64

// isName reports whether a text can be the name of a parameter: a word that begins with a
// letter, perhaps with brackets, as PHP has them.
func isName(text string) bool {
	for _, bracket := range []string{"%5B", "%5b", "%5D", "%5d", "[", "]"} {
		text = strings.ReplaceAll(text, bracket, "_")
	}
	for i, c := range []byte(text) {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
		if !letter && (i == 0 || c != '-' && c != '.' && (c < '0' || c > '9')) {
			return false
		}
	}
	return text != "" && len(text) <= longestParameter
}
