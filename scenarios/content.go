package scenarios

import (
	"mime"
	"strings"
)

// The media types that a form is sent as.
const (
	URLEncoded = "application/x-www-form-urlencoded"
	Multipart  = "multipart/form-data"
)

// MediaType returns the type of what the route sends, in lower case and without
// its parameters.
func (r Route) MediaType() string {
	media, _, _ := mime.ParseMediaType(r.Type)
	return media
}

// A Syntax says how a drawn value is escaped in a body.
type Syntax int

const (
	Plain      Syntax = iota // as it is
	JSON                     // as the content of a string
	XML                      // as character data, in HTML as well
	FormValues               // as in an address
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
