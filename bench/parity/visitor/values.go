package visitor

import (
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/classibench/classibench/bench/parity/trial"
)

// A kind is the part of a request that holds a value.
type kind string

const (
	path    kind = "path"   // a segment; the name is the last segment before it that is no identifier
	query   kind = "query"  // a parameter
	form    kind = "form"   // a field of a form, encoded in either way
	member  kind = "json"   // a string or number of a JSON body; the name is its key
	cookie  kind = "cookie" // sent by the list of requests
	field   kind = "header"
	file    kind = "file" // content of an uploaded file
	raw     kind = "body" // a body of another type, or JSON outside of strings and numbers
	keyword kind = "name" // the name of a parameter or field
)

// A place is where a value is in a request.
type place struct {
	kind kind
	name string
}

// A change returns what to send in a place instead of a decoded text.
type change func(p place, text string) string

// rewrite applies a change to each value of a request. What does not change keeps its
// encoding byte by byte.
func rewrite(r trial.Request, f change) trial.Request {
	r.URL = rewriteURL(r.URL, f)
	mediaType, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	r.Header = rewriteHeader(r.Header, f)
	if body := rewriteBody(r.Body, mediaType, params["boundary"], f); body != r.Body {
		r.Body = body
		r.Header.Del("Content-Length")
	}
	return r
}

func rewriteURL(u string, f change) string {
	before, after, found := strings.Cut(u, "?")
	segments := strings.Split(before, "/")
	name := ""
	for i, s := range segments {
		segments[i] = encoded(s, place{path, name}, f, url.PathUnescape, url.PathEscape)
		if !looksMade(s) || isScript(s) {
			name = s
		}
	}
	u = strings.Join(segments, "/")
	if found {
		u += "?" + rewritePairs(after, query, f)
	}
	return u
}

// encoded changes a text that is written in an encoding. A text that cannot be decoded is
// changed as it is written.
func encoded(s string, p place, f change, decode func(string) (string, error), encode func(string) string) string {
	text, err := decode(s)
	if err != nil {
		return f(p, s)
	}
	if to := f(p, text); to != text {
		return encode(to)
	}
	return s
}

// rewritePairs changes name=value pairs between & or ; (CGI.pm writes and reads both).
func rewritePairs(s string, k kind, f change) string {
	var out strings.Builder
	for s != "" {
		end := strings.IndexAny(s, "&;")
		if end < 0 {
			end = len(s)
		}
		name, value, found := strings.Cut(s[:end], "=")
		out.WriteString(encoded(name, place{keyword, ""}, f, url.QueryUnescape, url.QueryEscape))
		if found {
			out.WriteString("=" + encoded(value, place{k, unescaped(name)}, f, url.QueryUnescape, url.QueryEscape))
		}
		if end < len(s) {
			out.WriteByte(s[end])
			end++
		}
		s = s[end:]
	}
	return out.String()
}

func unescaped(s string) string {
	if text, err := url.QueryUnescape(s); err == nil {
		return text
	}
	return s
}

// rewriteHeader changes the values of a copy.
func rewriteHeader(h http.Header, f change) http.Header {
	out := make(http.Header, len(h))
	for name, values := range h {
		values = slices.Clone(values)
		for i, v := range values {
			if name == "Cookie" {
				values[i] = rewriteCookies(v, f)
			} else {
				values[i] = oneLine.Replace(f(place{field, name}, v))
			}
		}
		out[name] = values
	}
	return out
}

// oneLine keeps a value from adding header fields of its own.
var oneLine = strings.NewReplacer("\r", " ", "\n", " ", "\x00", " ")

func rewriteCookies(s string, f change) string {
	pairs := strings.Split(s, ";")
	for i, pair := range pairs {
		if name, value, found := strings.Cut(pair, "="); found {
			to := f(place{cookie, strings.TrimSpace(name)}, value)
			pairs[i] = name + "=" + strings.ReplaceAll(oneLine.Replace(to), ";", "%3B")
		}
	}
	return strings.Join(pairs, ";")
}

func rewriteBody(body, mediaType, boundary string, f change) string {
	switch {
	case body == "":
		return ""
	case mediaType == "multipart/form-data" && boundary != "":
		return rewriteParts(body, "--"+boundary, f)
	case isJSON(mediaType):
		return rewriteJSON(body, f)
	case mediaType == "application/x-www-form-urlencoded", mediaType == "" && looksLikeForm(body):
		return rewritePairs(body, form, f)
	}
	return f(place{raw, ""}, body)
}

func isJSON(mediaType string) bool {
	return mediaType == "application/json" || strings.HasSuffix(mediaType, "+json")
}

// looksLikeForm reports whether a body without a type is what a form sends.
func looksLikeForm(body string) bool {
	return strings.Contains(body, "=") && !strings.ContainsAny(body, " \t\r\n\"<>")
}
