package visitor

import (
	"github.com/classibench/classibench/bench/parity/trial"
)

// A Browser is a visitor on one side: it has the cookies, hidden fields and identifiers
// that this side gave to it.
type Browser struct {
	side    *Side
	visitor int
	jar     *jar
	fields  map[string]string // hidden fields by name, as seen last
}

func newBrowser(s *Side, visitor int) *Browser {
	return &Browser{side: s, visitor: visitor, jar: newJar(s.options.Host), fields: map[string]string{}}
}

// Fill returns the request as this visitor sends it: with identifiers of this side, the
// visitor's tokens, hidden fields and cookies. It also returns the names of hidden fields
// that this visitor never saw: they are sent empty.
func (b *Browser) Fill(r trial.Request) (sent trial.Request, unknown []string) {
	return r, nil
}

// See looks at an answer, for the requests that follow.
func (b *Browser) See(e trial.Exchange) {}
