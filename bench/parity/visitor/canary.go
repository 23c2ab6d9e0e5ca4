package visitor

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/classibench/classibench/bench/parity/trial"
)

// Canaries are the words in a list of requests that carry a token of their visitor: each
// visitor sends a word of its own instead, of the same length and shape, and the same one
// each time. Letters stay letters of the same case, digits stay digits, an address of
// mail keeps its domain.
type Canaries struct {
	seed  int64
	carry map[string]string // words that carry a token, by key
	free  map[string]bool   // keys of words that are part of free text
	marks map[mark]bool

	known sync.Map // tokens by visitor, as far as they were needed
}

// NewCanaries returns canaries for each word of the requests that has room for a token.
// The program may need some of them as they are: see LearnCanaries.
func NewCanaries(seed int64, requests []trial.Request) *Canaries {
	c := &Canaries{seed: seed, carry: map[string]string{}, free: map[string]bool{}, marks: map[mark]bool{}}
	for _, r := range requests {
		rewrite(r, func(p place, text string) string {
			c.add(p, text)
			return text
		})
	}
	return c
}

func (c *Canaries) add(p place, text string) {
	for _, m := range marks.FindAllStringSubmatch(text, -1) {
		c.marks[newMark(m)] = true
	}
	if !carries(p) || hasMarks(text) {
		return
	}
	for _, s := range spans(text) {
		c.carry[s.key(text)] = text[s.begin:s.token]
		if isFree(text) {
			c.free[s.key(text)] = true
		}
	}
}

// isFree reports whether a person wrote the text, which no program interprets.
func isFree(text string) bool {
	return strings.Contains(text, " ") || email.MatchString(text) || phone.MatchString(text) && countDigits(text) >= leastDigits
}

// interpreted lists header fields whose value has a meaning for programs.
var interpreted = []string{"Accept", "Authorization", "Cache-Control", "Connection", "Content-", "Date", "Expect", "Host", "If-", "Origin", "Pragma", "Proxy-", "Range", "Referer", "Sec-", "Te", "Trailer", "Transfer-Encoding", "Upgrade", "Via", "X-Requested-With", "X-Http-Method-Override"}

// carries reports whether values in a place may carry tokens at all.
func carries(p place) bool {
	switch p.kind {
	case keyword, raw, file:
		return false
	case path:
		return isScript(p.name)
	case field:
		name := http.CanonicalHeaderKey(p.name)
		return !slices.ContainsFunc(interpreted, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
	}
	return true
}

// isScript reports whether a segment of a path names a script, so that PATH_INFO follows.
func isScript(segment string) bool {
	return slices.ContainsFunc([]string{".cgi", ".fcgi", ".pl", ".php", ".py", ".rb", ".sh"}, func(end string) bool { return strings.HasSuffix(segment, end) })
}

// Texts returns the words that carry a token, sorted.
func (c *Canaries) Texts() []string { return slices.Sorted(maps.Values(c.carry)) }

// Keep returns canaries without some words: all visitors send these as they are.
func (c *Canaries) Keep(texts ...string) *Canaries {
	kept := &Canaries{seed: c.seed, carry: maps.Clone(c.carry), free: c.free, marks: c.marks}
	for _, text := range texts {
		delete(kept.carry, strings.ToLower(text))
	}
	return kept
}

// Mark returns the request with the visitor's tokens in its values, and marks such as
// {visitor.0} replaced. Browser.Fill calls it.
func (c *Canaries) Mark(r trial.Request, visitor int) trial.Request {
	return rewrite(r, func(p place, text string) string {
		if hasMarks(text) {
			return expandMarks(text, func(m mark) string { return c.numbered(visitor, m) })
		}
		return c.change(visitor, p, text)
	})
}

// change returns the text with the visitor's tokens.
func (c *Canaries) change(visitor int, p place, text string) string {
	if c == nil || !carries(p) {
		return text
	}
	for _, s := range spans(text) { // tokens are as long as the words
		if _, found := c.carry[s.key(text)]; found {
			text = text[:s.begin] + c.own(visitor, s, text) + text[s.token:]
		}
	}
	return text
}

// own returns the visitor's word for a span.
func (c *Canaries) own(visitor int, s span, text string) string {
	return distinct(text[s.begin:s.end], c.seed, visitor, s.key(text)) + text[s.end:s.token]
}

// numbered returns the visitor's value for a mark.
func (c *Canaries) numbered(visitor int, m mark) string {
	seed := int64(0)
	if c != nil {
		seed = c.seed
	}
	return distinct(m.sample, seed, visitor, fmt.Sprintf("mark %d %s", m.number, m.sample))
}
