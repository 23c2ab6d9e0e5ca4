package differ

import (
	"bytes"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/internal/address"
)

// An answer is the parts of a trial.Answer that are compared, in the order of their
// differences.
type answer struct {
	failure string
	parts   [5]*node // status, fields, cookies, body, and what was cut of it
}

// restName is the place of the end of a long body, which is compared by its digest.
const restName = "rest of the body"

// A reader reads the answers to one request.
type reader struct {
	request trial.Request
	ignore  declared
	from    trial.Answer
	neutral func(string) string
}

func (d *Differ) read(request trial.Request, a trial.Answer, form form) answer {
	r := reader{request, d.declared.of(route(request)), a, address.Neutral(a.From)}
	if a.Failure != "" {
		return answer{failure: a.Failure}
	}
	return answer{parts: [5]*node{
		leaf(literal, "", "status", strconv.Itoa(a.Status)).seal(), r.fields(), r.cookies(), r.body(form), leaf(text, "", restName, a.Rest).seal(),
	}}
}

// route returns the name that masks are kept by: the route, or the method and path of
// a request without one.
func route(request trial.Request) string {
	if request.Route != "" {
		return request.Route
	}
	path, _, _ := strings.Cut(request.URL, "?")
	return request.Method + " " + path
}

// A form is the way a body is read.
type form string

const (
	asHTML  form = "html"
	asJSON  form = "json"
	asXML   form = "xml"
	asText  form = "text"
	asBytes form = "bytes"
	unread  form = ""
)

// formOf returns how the body of the baseline's answer is read, by its Content-Type. Without
// one, it looks at the content, like a browser.
func formOf(a trial.Answer) form {
	contentType := a.Header.Get("Content-Type")
	if contentType == "" {
		contentType = sniff(a.Body)
	}
	media, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		media, _, _ = strings.Cut(strings.ToLower(contentType), ";")
	}
	switch media = strings.TrimSpace(media); {
	case media == "text/html", media == "application/xhtml+xml":
		return asHTML
	case strings.HasSuffix(media, "/json"), strings.HasSuffix(media, "+json"):
		return asJSON
	case strings.HasSuffix(media, "/xml"), strings.HasSuffix(media, "+xml"):
		return asXML
	case strings.HasPrefix(media, "text/"), strings.HasSuffix(media, "javascript"), strings.HasSuffix(media, "x-www-form-urlencoded"):
		return asText
	}
	return asBytes
}

func sniff(body []byte) string {
	if trimmed := bytes.TrimSpace(body); len(trimmed) > 0 && (trimmed[0] == '{' || trimmed[0] == '[') {
		return "application/json"
	}
	return http.DetectContentType(body)
}

// body reads the body, or returns nil if it is not compared. One that is not well-formed is read as text.
func (r reader) body(f form) *node {
	if f == unread {
		return nil
	}
	body := string(r.from.Body)
	for _, pattern := range r.ignore.patterns {
		body = pattern.ReplaceAllString(body, "")
	}
	switch f {
	case asHTML:
		if n := r.html(body); n != nil {
			return n
		}
	case asJSON:
		if n := r.json(body); n != nil {
			return n
		}
	case asXML:
		if n := r.xml(body); n != nil {
			return n
		}
	case asBytes:
		return leaf(blob, "", "bytes", r.neutral(body)).seal()
	}
	return r.lines(body)
}

// lines reads text by lines.
func (r reader) lines(body string) *node {
	n := &node{kind: list, name: "text"}
	for line := range strings.Lines(body) {
		n.kids = append(n.kids, leaf(text, " line ", item, r.neutral(strings.TrimRight(line, "\r\n"))).seal())
	}
	return n.seal()
}

// relative returns a URL of the answer as a browser follows it: relative to the
// request, without the address of its own side.
func (r reader) relative(target string) string {
	target = r.neutral(target)
	base, err := url.Parse(r.neutral(r.request.URL))
	if err != nil {
		return target
	}
	u, err := url.Parse(target)
	if err != nil || target == "" {
		return target
	}
	return base.ResolveReference(u).String()
}
