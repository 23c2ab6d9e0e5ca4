package scenarios

import (
	"mime"
	"net/http"
	"strings"
)

// The media types of a form.
const (
	URLEncoded = "application/x-www-form-urlencoded"
	Multipart  = "multipart/form-data"
)

// Safe reports whether the method of a route changes no data (RFC 9110 §9.2.1).
func (r Route) Safe() bool {
	return r.Method == "" || r.Method == http.MethodGet || r.Method == http.MethodHead
}

// MediaType returns the type of the route's content, in lower case and without its
// parameters.
func (r Route) MediaType() string {
	media, _, _ := mime.ParseMediaType(r.Type)
	return media
}

// A Syntax is the way in which a drawn value is escaped in a body.
type Syntax int

const (
	Plain      Syntax = iota // unchanged
	JSON                     // as the content of a string
	XML                      // as character data, also for HTML
	FormValues               // as in an address's query
)

// Syntax returns the syntax of the route's body, by its type.
func (r Route) Syntax() Syntax {
	switch media := r.MediaType(); {
	case media == "application/json", media == "text/json", strings.HasSuffix(media, "+json"):
		return JSON
	case media == "application/xml", media == "text/xml", media == "text/html", strings.HasSuffix(media, "+xml"):
		return XML
	case media == URLEncoded:
		return FormValues
	}
	return Plain
}
