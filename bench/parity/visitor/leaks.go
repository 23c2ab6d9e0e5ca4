package visitor

import (
	"net/http"
	"slices"
	"strings"

	"github.com/classibench/classibench/bench/parity/trial"
)

// A Leak is a value of another visitor in an answer.
type Leak struct {
	Visitor  int    // whose value it is, from 0
	Value    string // as that visitor sent it, or got it from the side
	Like     string // the value in the list of requests; empty for an identifier that the side made
	Place    string // such as "body", "header Location", "cookie sid"
	Encoding string // percent, HTML, JSON or base64; empty: as it is
	Made     string // route and place of an answer where the side made an identifier, see Sessions.Chosen
}

// A token is what identifies a visitor.
type token struct {
	value, like string
	mark        bool
}

// tokens returns those of a visitor. A mark whose sample has no room has none: its value
// appears in answers by chance.
func (c *Canaries) tokens(visitor int) (all []token) {
	if known, found := c.known.Load(visitor); found {
		return known.([]token)
	}
	for _, text := range c.Texts() {
		s := spans(text)[0]
		all = append(all, token{c.own(visitor, s, text), text, false})
	}
	for m := range c.marks {
		value := c.numbered(visitor, m)
		for _, s := range spans(value) {
			all = append(all, token{value[s.begin:s.token], m.sample, true})
		}
	}
	c.known.Store(visitor, all)
	return all
}

// Leaks returns the tokens of other visitors that are in the candidate's answer to a
// visitor, and in none of the baseline's answers to the same request. Visitors is the
// number of visitors. More than one answer of the baseline is passed if the order in
// which requests arrive changes them.
func (c *Canaries) Leaks(me, visitors int, got trial.Answer, want ...trial.Answer) (all []Leak) {
	in, shown := newContents(got), newContents(want...)
	for v := range visitors {
		if v == me {
			continue
		}
		for _, t := range c.tokens(v) {
			if l, found := in.find(t.value); found && !shown.holds(t.value) {
				l.Visitor, l.Value, l.Like = v, t.value, t.like
				all = append(all, l)
			}
		}
	}
	slices.SortFunc(all, func(a, b Leak) int { return strings.Compare(a.Value, b.Value) })
	return all
}

// Since returns the index of the first exchange in which the leaked value was sent by its
// visitor, or given to it. It is -1 if there is none.
func Since(l Leak, exchanges []trial.Exchange) int {
	return slices.IndexFunc(exchanges, func(e trial.Exchange) bool {
		return e.Step.Visitor == l.Visitor && (sends(e.Sent, l.Value) || newContents(e.Answer).holds(l.Value))
	})
}

// Carrier returns the kind of the place in which a request sends a text: path, query,
// form, json, cookie, header, file or body. It is empty if the request does not.
func Carrier(r trial.Request, text string) string {
	found := ""
	rewrite(r, func(p place, value string) string {
		if found == "" && p.kind != keyword && strings.Contains(strings.ToLower(value), strings.ToLower(text)) {
			found = string(p.kind)
		}
		return value
	})
	return found
}

func sends(r trial.Request, text string) bool { return Carrier(r, text) != "" }

// A content is a text of an answer, as it is or decoded.
type content struct {
	place, encoding string
	text            string // in lower case
	exact           string
}

type contents []content

func newContents(answers ...trial.Answer) (all contents) {
	for _, a := range answers {
		all = append(all, views("body", string(a.Body))...)
		for name, values := range a.Header {
			for _, v := range values {
				all = append(all, views(headerPlace(name, v), v)...)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b content) int { return strings.Compare(a.place, b.place) })
	return all
}

func headerPlace(name, value string) string {
	if name != "Set-Cookie" {
		return "header " + name
	}
	if c, err := http.ParseSetCookie(value); err == nil {
		return "cookie " + c.Name
	}
	name, _, _ = strings.Cut(value, "=")
	return "cookie " + strings.TrimSpace(name)
}

func (all contents) holds(value string) bool {
	_, found := all.find(value)
	return found
}

// find returns the first place of a value in any case and encoding.
func (all contents) find(value string) (Leak, bool) {
	low, cores := strings.ToLower(value), base64Cores(value)
	for _, c := range all {
		if containsWord(c.text, low) {
			return Leak{Place: c.place, Encoding: c.encoding}, true
		}
		if c.encoding == "" && slices.ContainsFunc(cores, func(core string) bool { return strings.Contains(c.exact, core) }) {
			return Leak{Place: c.place, Encoding: "base64"}, true
		}
	}
	return Leak{}, false
}
