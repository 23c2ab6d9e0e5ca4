// Package visitor decides what a visitor sends to one side, and compares what two sides
// made for their visitors. It sends nothing and reads no files.
//
// A Side is one program; its Browsers fill in requests and look at answers:
//
//	side := visitor.NewSide(visitor.Options{Canaries: canaries})
//	browser := side.Browser(step.Visitor)
//	sent, unknown := browser.Fill(step.Request)
//	browser.See(trial.Exchange{Step: step, Sent: sent, Answer: answer})
//
// Canaries are values that carry a token of their visitor: LearnCanaries finds the values
// of a list of requests that can carry one, and Canaries.Leaks finds tokens of another
// visitor in an answer. Sessions pair the identifiers that two sides made themselves.
//
// # Marks in requests
//
// The path, the query, header values and the body of a request may contain marks. They
// are written in the same way in target files of vegeta, in HAR files and on the command
// line, in values that are not encoded and in encoded ones (%7B%7Bname%7D%7D):
//
//	{{name}}              the hidden field of that name that this visitor saw last
//	{visitor.0}           a value of this visitor; each number is another value
//	{visitor.1:Jane Roe}  a value of this visitor that is shaped like Jane Roe
//
// For example, as arguments (in single quotes, because a shell may expand braces):
//
//	--post /login 'user={visitor.0:jane.roe}&csrf={{csrf}}'
//	--get '/hello?name={visitor.0}'
//
// In a scenario a name in doubled braces is text with single braces. A hidden field is
// therefore written {{{{name}}}} there; {visitor.0} is written as it is.
//
// A hidden field is looked up among the hidden inputs of the last pages, the tokens in
// <meta name="csrf-token"> (any name with csrf or xsrf, and the name in csrf-param), the
// members of JSON answers, the query parameters of redirects and, at last, the cookies.
// The value is encoded as its place in the request requires.
//
// This package does not run scripts of pages, and does not submit forms on its own.
package visitor

import (
	"github.com/classibench/classibench/bench/parity/trial"
)

// Options of a Side. The zero value works.
type Options struct {
	// Host is the name by which visitors call the program, without port: cookies with a
	// Domain are accepted for it. The default is localhost.
	Host string
	// Canaries puts a token of the visitor into values of requests. With nil only marks
	// are filled in.
	Canaries *Canaries
	// Known is what another side answered to the same requests before, such as the
	// responses in a HAR file: identifiers of that side in a request are replaced by those
	// that this side made at the same place.
	Known []trial.Exchange
}

// A Side is one program with its visitors, from its start on fresh data. It is not safe
// for concurrent use: fill in all requests of a batch before they are sent, and look at
// the answers when all are there.
type Side struct {
	options  Options
	browsers map[int]*Browser
	known    map[string][]trial.Exchange // by request
	ids      *translations
}

// NewSide returns a side whose visitors have seen nothing yet.
func NewSide(o Options) *Side {
	if o.Host == "" {
		o.Host = "localhost"
	}
	s := &Side{options: o, browsers: map[int]*Browser{}, known: map[string][]trial.Exchange{}, ids: newTranslations()}
	for _, e := range o.Known {
		key := identity(e.Step.Request)
		s.known[key] = append(s.known[key], e)
	}
	return s
}

// Browser returns the visitor of a number, from 0.
func (s *Side) Browser(visitor int) *Browser {
	b, ok := s.browsers[visitor]
	if !ok {
		b = newBrowser(s, visitor)
		s.browsers[visitor] = b
	}
	return b
}

// identity tells requests apart.
func identity(r trial.Request) string { return r.Method + " " + r.URL + "\n" + r.Body }
