package differ

import (
	"mime"
	"net/http"
	"net/textproto"
	"slices"
	"strings"

	"github.com/classibench/classibench/internal/header"
)

// sets lists the fields whose values are sets: the order and the case of their members
// do not count, and they may be spread over several lines.
var sets = []string{
	"Accept-Ranges", "Access-Control-Allow-Headers", "Access-Control-Allow-Methods", "Access-Control-Expose-Headers",
	"Allow", "Cache-Control", "Content-Language", "Pragma", "Vary",
}

// links lists the fields that hold a URL.
var links = []string{"Content-Location", "Location"}

// untyped returns a header without the type of a body that does not exist: the CGI package
// of Go sends one, its server does not.
func untyped(h http.Header) http.Header {
	h = h.Clone()
	h.Del("Content-Type")
	return h
}

// isCompared reports whether a field is compared as a whole. Those of the connection are not, nor are
// those that the server adds: the two sides may have different servers. Cookies are compared by
// attribute.
func (r reader) isCompared(name string) bool {
	return name != "Set-Cookie" && !header.OfServer(name) && !header.HopByHop(name) && !r.ignore.field(name)
}

// fields reads the header without cookies.
func (r reader) fields() *node {
	n := &node{kind: record}
	for name, values := range r.from.Header {
		name = textproto.CanonicalMIMEHeaderKey(name)
		if r.isCompared(name) {
			n.kids = append(n.kids, r.field(name, values).seal())
		}
	}
	return n.seal()
}

func (r reader) field(name string, values []string) *node {
	value := r.cut(strings.Join(values, ", "))
	n := leaf(text, "header ", name, value)
	switch {
	case name == "Content-Type":
		n.text = mediaType(value)
	case slices.Contains(sets, name):
		n.text = members(value)
	case slices.Contains(links, name):
		n.text = r.relative(value)
	case name == "Expires":
		r.expires(n, value)
	default:
		n.text = r.neutral(value)
	}
	return n
}

// cut removes what is declared by a regular expression.
func (r reader) cut(value string) string {
	for _, pattern := range r.ignore.patterns {
		value = pattern.ReplaceAllString(value, "")
	}
	return value
}

// mediaType returns a type with its parameters in order; names and character sets have
// no case.
func mediaType(value string) string {
	media, params, err := mime.ParseMediaType(value)
	if err != nil {
		return value
	}
	if set, ok := params["charset"]; ok {
		params["charset"] = strings.ToLower(set)
	}
	return mime.FormatMediaType(media, params)
}

// members returns the members of a set, sorted.
func members(value string) string {
	var all []string
	for m := range strings.SplitSeq(value, ",") {
		if m = strings.ToLower(strings.TrimSpace(m)); m != "" {
			all = append(all, m)
		}
	}
	slices.Sort(all)
	return strings.Join(slices.Compact(all), ", ")
}

// expires reads a date that counts from the time of the answer. One that is in the past
// at once, such as 1970, is kept as it is.
func (r reader) expires(n *node, value string) {
	n.text = value
	if t, err := http.ParseTime(value); err == nil && !r.from.At.IsZero() {
		n.kind, n.moment = when, moment{t.Sub(r.from.At), r.from.Took}
	}
}
