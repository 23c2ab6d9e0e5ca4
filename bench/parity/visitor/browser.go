package visitor

import (
	"maps"
	"net/url"
	"slices"

	"github.com/classibench/classibench/bench/parity/trial"
)

// A Browser is a visitor on one side: it has the cookies, hidden fields and identifiers
// that this side gave to it.
type Browser struct {
	side    *Side
	visitor int
	jar     *jar
	hidden  map[string]string // hidden fields by name, as seen last
}

func newBrowser(s *Side, visitor int) *Browser {
	return &Browser{side: s, visitor: visitor, jar: newJar(s.options.Host), hidden: map[string]string{}}
}

// Fill returns the request as this visitor sends it: with identifiers of this side, the
// visitor's tokens, hidden fields and cookies. It also returns the names of hidden fields
// that this visitor never saw: they are sent empty.
func (b *Browser) Fill(r trial.Request) (sent trial.Request, unknown []string) {
	missing := map[string]bool{}
	sent = rewrite(r, func(p place, text string) string {
		if !hasMarks(text) {
			if to, found := b.side.ids.lookup(b.visitor, p, text); found {
				return to
			}
			return b.side.options.Canaries.change(b.visitor, p, text)
		}
		text = expandMarks(text, func(m mark) string { return b.side.options.Canaries.numbered(b.visitor, m) })
		return expandFields(text, func(name string) string {
			value, found := b.field(r.URL, name)
			if !found {
				missing[name] = true
			}
			return value
		})
	})
	b.jar.fill(sent.URL, sent.Header)
	return sent, slices.Sorted(maps.Keys(missing))
}

// Own returns the request with this visitor's values. Unlike Fill, it keeps the names of
// hidden fields and adds no cookies, so that the request can be sent again.
func (b *Browser) Own(r trial.Request) trial.Request {
	return b.side.options.Canaries.Mark(r, b.visitor)
}

// field returns the hidden field of a name. A cookie of the name stands in for it, since
// scripts of pages send tokens that they find in cookies (Django, Laravel, Angular).
func (b *Browser) field(requestURL, name string) (string, bool) {
	if value, found := b.hidden[name]; found {
		return value, true
	}
	value, found := b.jar.value(requestURL, name)
	if text, err := url.PathUnescape(value); err == nil {
		value = text
	}
	return value, found
}

// See looks at an answer, for the requests that follow.
func (b *Browser) See(e trial.Exchange) {
	b.jar.keep(e.Sent.URL, e.Answer.Header)
	maps.Copy(b.hidden, hidden(e.Answer))
	if known := b.side.known[identity(e.Step.Request)]; len(known) > 0 {
		b.side.ids.learn(b.visitor, known[len(known)-1], e)
	}
}
