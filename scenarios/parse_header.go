package scenarios

import (
	"net/http"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// reserved are the header fields for the connection and for the framing of messages
// (RFC 9110 §7.6.1, RFC 9112 §6), with the reasons why only the generator sets
// them.
var reserved = map[string]string{
	"Connection": "the generator keeps connections open", "Keep-Alive": "the generator keeps connections open",
	"Proxy-Connection": "the generator keeps connections open", "Upgrade": "the generator uses only HTTP/1.1",
	"Content-Length": "the generator counts what it sends", "Transfer-Encoding": "the generator sends a body whole, with its length",
	"Trailer": "the generator sends no trailer", "Te": "the generator reads no trailer",
	"Expect": "the generator sends a body without waiting for 100 Continue",
}

// Reserved returns why a scenario cannot give a header field; empty if it can.
func Reserved(name string) string { return reserved[http.CanonicalHeaderKey(name)] }

// header reads header fields. A list gives a field several values.
func (p *parsing) header(n ast.Node, r *Route) {
	seen := map[string]bool{}
	p.pairs(n, "header", func(name string, key, v ast.Node) {
		canonical := http.CanonicalHeaderKey(name)
		switch reason, taken := reserved[canonical]; {
		case !IsToken(name):
			p.problem(key, "use letters, digits and -", "%q cannot be the name of a header field", name)
		case taken:
			p.problem(key, "remove it", "the header field %s is not allowed: %s", name, reason)
		case seen[canonical]:
			p.problem(key, "give a list: "+name+": [a, b]", "the header field %s is given twice", name)
		case canonical == "Content-Type":
			p.contentType(v, r)
		case canonical == "Host":
			r.Header = append(r.Header, Field{name, p.host(v)})
		default:
			r.Header = append(r.Header, p.values(name, v)...)
		}
		seen[canonical] = true
	})
}

func (p *parsing) values(name string, v ast.Node) (fields []Field) {
	p.each(v, "header "+name, func(item ast.Node) {
		f := Field{Name: name}
		p.template("header "+name, inHeader, &f.Value)(item)
		fields = append(fields, f)
	})
	return fields
}

// host reads the field Host, of which a request has one (RFC 9112 §3.2).
func (p *parsing) host(v ast.Node) (s string) {
	p.template("header Host", inHost, &s)(v)
	if s == "" && kindOf(v) == "text" {
		p.problem(v, "leave it out to send the target's address", "header Host is empty")
	}
	return s
}

// IsFieldValue reports whether a header field may have the value s: one line without control
// characters (RFC 9110 §5.5).
func IsFieldValue(s string) bool { return !inHeader.refuses(s) }

// IsToken reports whether s is a token (RFC 9110 §5.6.2).
func IsToken(s string) bool {
	const marks = "!#$%&'*+-.^_`|~"
	return s != "" && strings.IndexFunc(s, func(c rune) bool {
		return !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.ContainsRune(marks, c))
	}) < 0
}
