package visitor

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/classibench/classibench/bench/parity/trial"
)

// An identifier is a value in an answer that the side may have made itself.
type identifier struct {
	place string // the same in answers of both sides
	key   string // name of a field, cookie or parameter, or the segment of a path before it
	value string
}

// identifiers returns those of an answer in their order: cookies, the redirect, links,
// hidden fields, members of JSON, and words of the text that look random.
func identifiers(a trial.Answer) (all []identifier) {
	for _, c := range (&http.Response{Header: a.Header}).Cookies() {
		if c.MaxAge >= 0 && c.Value != "" {
			all = append(all, identifier{"cookie " + c.Name, c.Name, c.Value})
		}
	}
	all = append(all, inURL("location", a.Header.Get("Location"))...)
	switch mediaType := mediaType(a); {
	case isHTML(mediaType):
		all = append(all, inPage(a.Body)...)
		fallthrough
	case strings.HasPrefix(mediaType, "text/"):
		all = append(all, inText(a.Body)...)
	case isJSON(mediaType):
		for m := range jsonScalars(a.Body) {
			if m.number && !isNumber(m.text) {
				continue // a sign, a fraction or an exponent is of a measure, and no name can stand for it
			}
			all = append(all, identifier{"json " + m.path, m.name, m.text})
		}
	}
	return all
}

func inPage(body []byte) (all []identifier) {
	for tag := range tags(body) {
		for _, name := range []string{"href", "src", "action", "formaction"} {
			all = append(all, inURL("link", tag.attributes[name])...)
		}
		switch {
		case tag.name == "input" && strings.EqualFold(tag.attributes["type"], "hidden"):
			name := tag.attributes["name"]
			all = append(all, identifier{"field " + name, name, tag.attributes["value"]})
		case tag.name == "meta" && isToken(tag.attributes["name"]):
			name := tag.attributes["name"]
			all = append(all, identifier{"field " + name, name, tag.attributes["content"]})
		}
	}
	return all
}

// inURL returns the parts of a URL that vary: segments of the path that look like an
// identifier, and all parameters. Their place holds the rest of the URL, with * for parts
// that vary, so that corresponding links have equal places.
func inURL(where, text string) (all []identifier) {
	u, err := url.Parse(text)
	if err != nil || text == "" || u.Opaque != "" {
		return nil
	}
	shape := ""
	for _, segment := range strings.Split(u.Path, "/")[min(1, strings.Count(u.Path, "/")):] {
		if looksMade(segment) {
			all = append(all, identifier{"", lastSegment(shape), segment})
			segment = "*"
		}
		shape += "/" + segment
	}
	inPath := len(all)
	for _, pair := range strings.FieldsFunc(u.RawQuery, func(c rune) bool { return c == '&' || c == ';' }) {
		name, value, _ := strings.Cut(pair, "=")
		all = append(all, identifier{"", unescaped(name), unescaped(value)})
	}
	for i := range all {
		part := "?" + all[i].key
		if i < inPath {
			part = strconv.Itoa(i)
		}
		all[i].place = where + " " + shape + " " + part
	}
	return all
}

// lastSegment returns the last one of a path that does not vary.
func lastSegment(shape string) string {
	return shape[strings.LastIndex(strings.TrimSuffix(shape, "/*"), "/")+1:]
}

// looksMade reports whether a segment of a path looks like an identifier: it holds a
// digit, or letters of both cases after the first, or it is long.
func looksMade(segment string) bool {
	mixed := len(segment) > 1 && strings.ToLower(segment[1:]) != segment[1:] && strings.ToUpper(segment[1:]) != segment[1:]
	return strings.ContainsAny(segment, "0123456789") || mixed || len(segment) >= 24
}

// leastRandom is the least length of a word in a text that may be an identifier.
const leastRandom = 12

// inBody is the place of random words in a text.
const inBody = "text"

// inText returns UUIDs, hex and base64url words of some length.
func inText(body []byte) (all []identifier) {
	begin := 0
	for i := range len(body) + 1 {
		if i < len(body) && (isAlnum(body[i]) || body[i] == '_' || body[i] == '-') {
			continue
		}
		if word := strings.Trim(string(body[begin:i]), "_-"); i-begin >= leastRandom && len(word) >= leastRandom && looksRandom(word) {
			all = append(all, identifier{inBody, "", word})
		}
		begin = i + 1
	}
	return all
}

// looksRandom reports whether a text is long and mixed enough to be no other one by
// chance.
func looksRandom(s string) bool {
	n := countDigits(s)
	return len(s) >= 8 && n > 0 && n < len(s) && countLetters(s) > 0 && !strings.ContainsAny(s, " \t\r\n") && !isTime(s)
}

// seconds matches a Unix time, in seconds to nanoseconds.
var seconds = regexp.MustCompile(`^(1[0-9]{9}|[2-4][0-9]{9})(?:[0-9]{3}){0,3}(?:\.[0-9]+)?$`)

// isTime reports whether a text is a time of this century or a date, which are no
// identifiers: equal ones follow each other.
func isTime(s string) bool {
	if date.MatchString(s) || seconds.MatchString(s) {
		return true
	}
	_, err := http.ParseTime(s)
	return err == nil
}

func isNumber(s string) bool { return digits.MatchString(s) }
