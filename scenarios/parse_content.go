package scenarios

import (
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// contentType reads the media type of a route's content, from type or from the
// header field Content-Type.
func (p *parsing) contentType(n ast.Node, r *Route) {
	if r.Type != "" {
		p.problem(n, "keep type", "route %q has two content types", r.Name)
	}
	value(p.reader, "type", "write a media type, such as application/json", &r.Type, parseMediaType)(n)
}

func parseMediaType(s string) (string, error) {
	kind, _, err := mime.ParseMediaType(s)
	if err == nil && !strings.Contains(kind, "/") {
		err = errors.New("not a media type")
	}
	return s, err
}

// checkContent checks a route's content against its type and its method. A node is
// nil if its field is missing.
func (p *parsing) checkContent(r *Route, form, body, kind ast.Node) {
	content := form
	if form == nil {
		content = body
	}
	switch {
	case form != nil && body != nil:
		p.problem(body, "keep one of them", "route %q has a form and a body", r.Name)
	case content == nil && kind != nil:
		p.problem(kind, "remove it, or add a body or a form", "route %q has a type but nothing to send", r.Name)
	case form != nil && (r.Method == http.MethodGet || r.Method == http.MethodHead):
		p.problem(form, "put the fields into the address, after a ?", "route %q sends a form with %s", r.Name, r.Method)
	case body != nil && (r.Method == http.MethodGet || r.Method == http.MethodHead):
		p.problem(body, "use post, put or patch", "route %q sends a body with %s, which HTTP gives no meaning (RFC 9110 §9.3.1)", r.Name, r.Method)
	case body != nil && r.Type == "" && kind == nil:
		p.problem(body, "add type: application/json, text/plain or whatever it is", "the body of route %q has no type", r.Name)
	case form != nil:
		p.checkForm(r, form)
	case body != nil:
		p.checkBody(r, body)
	}
}

func (p *parsing) checkForm(r *Route, at ast.Node) {
	if media := r.MediaType(); media != "" && media != URLEncoded && media != Multipart {
		p.problem(at, "send it as "+URLEncoded+" or "+Multipart+", or write it out as a body", "a form cannot be sent as %q", r.Type)
	}
}

// checkBody checks a body against its type.
func (p *parsing) checkBody(r *Route, n ast.Node) {
	_, params, _ := mime.ParseMediaType(r.Type)
	parts := Parts(r.Body)
	switch media := r.MediaType(); {
	case len(parts) > 0 && parts[0].Raw: // it may stand for the whole
	case strings.HasPrefix(media, "multipart/"):
		if !strings.Contains(r.Body, "\r\n") { // else its line ends are written out
			r.Body = crlf.Replace(r.Body)
		}
		p.checkParts(r, n, params["boundary"])
	case r.Syntax() == JSON:
		p.checkJSON(r, n)
	}
}

// crlf converts line ends to those of MIME (RFC 2046 §4.1.1).
var crlf = strings.NewReplacer("\n", "\r\n")

func (p *parsing) checkParts(r *Route, n ast.Node, boundary string) {
	switch {
	case boundary == "":
		p.problem(n, `write type: "`+r.MediaType()+`; boundary=cut", or give the fields as a form`, "the type of route %q names no boundary", r.Name)
	case !strings.HasPrefix(r.Body, "--"+boundary+"\r\n") || !strings.Contains(r.Body, "\r\n--"+boundary+"--"):
		p.problem(n, "write the lines of the body in a block that begins with |", "the body of route %q does not begin with the line --%s and end with the line --%[2]s--", r.Name, boundary)
	}
}

// checkJSON adds a note if a body is not valid JSON, with 0 in place of drawn
// values.
func (p *parsing) checkJSON(r *Route, n ast.Node) {
	var b strings.Builder
	for _, part := range Parts(r.Body) {
		if part.Raw {
			return // a raw value may be any JSON
		}
		if b.WriteString(part.Text); part.Draw != "" {
			b.WriteByte('0')
		}
	}
	var whole json.RawMessage
	if err := json.Unmarshal([]byte(b.String()), &whole); err != nil && r.Body != "" {
		p.noteIn(n, "", "", "the body of route %q is not valid JSON: %v", r.Name, err)
	}
}
