// Package answers compares the answers of two programs. From several answers of one
// program to the same request it learns which parts vary by themselves (times,
// tokens, ids), and compares the rest with the answer of the other.
//
// Begin with [Learn]. The package sends no requests: the caller passes the answers.
package answers

import (
	"fmt"
	"mime"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/classibench/classibench/internal/address"
)

// An Answer is the response to one request.
type Answer struct {
	Status   int
	Type     string // Content-Type, as sent
	Location string // of a redirect, as sent
	Body     []byte // decoded
	From     string // host and port of the request; ignored where they occur in the answer
}

// A Page is the common part of one side's answers to the same request.
type Page struct {
	first  Answer
	varies map[Kind]bool // status and type, where answers differ
	text   template
}

// A Kind is a part of an answer.
type Kind string

// The parts that are compared. The text of an answer is its redirect and its body,
// without differences in white space; a body that is not text is compared byte by
// byte.
const (
	Status Kind = "status"
	Type   Kind = "type"
	Text   Kind = "text"
)

// A Difference is the first part in which an answer differs from a page.
type Difference struct {
	Kind      Kind
	Want, Got string // excerpts from about the same place
}

// Learn returns the common part of the same side's answers to the same request.
// Parts that differ between them vary by themselves. With a single answer, all
// parts are fixed.
func Learn(first Answer, others ...Answer) *Page {
	p := &Page{first: first, varies: map[Kind]bool{}, text: newTemplate(first.text())}
	for _, a := range others {
		p.Vary(a)
	}
	return p
}

// Vary learns from one more answer of the page's side, and reports whether that
// changed the page: if so, further answers may still differ by chance.
func (p *Page) Vary(a Answer) (learned bool) {
	learned = p.Compare(a) != nil
	p.varies[Status] = p.varies[Status] || a.Status != p.first.Status
	p.varies[Type] = p.varies[Type] || !sameType(a.Type, p.first.Type)
	p.text.vary(a.text())
	return learned
}

// Loosen makes everything between the first and the last varying part vary. It is
// for pages that change with each answer, such as a random choice.
func (p *Page) Loosen() { p.text.loosen() }

// Compare returns the first part in which an answer differs from the page, or nil.
func (p *Page) Compare(a Answer) *Difference {
	if a.Status != p.first.Status && !p.varies[Status] {
		return &Difference{Status, fmt.Sprint(p.first.Status), fmt.Sprint(a.Status)}
	}
	if !sameType(p.first.Type, a.Type) && !p.varies[Type] {
		return &Difference{Type, named(p.first.Type), named(a.Type)}
	}
	want, got, same := p.text.compare(a.text())
	switch {
	case same:
		return nil
	case !utf8.Valid(p.first.Body) || !utf8.Valid(a.Body):
		want, got = fmt.Sprintf("%d bytes", len(p.first.Body)), fmt.Sprintf("other %d bytes", len(a.Body))
	}
	return &Difference{Text, want, got}
}

// sameType compares media types, and character sets if both have one.
func sameType(a, b string) bool {
	mediaA, paramsA, errA := mime.ParseMediaType(a)
	mediaB, paramsB, errB := mime.ParseMediaType(b)
	if errA != nil || errB != nil {
		return a == b
	}
	charsets := paramsA["charset"] == "" || paramsB["charset"] == "" || strings.EqualFold(paramsA["charset"], paramsB["charset"])
	return mediaA == mediaB && charsets
}

func named(contentType string) string {
	if contentType == "" {
		return "no content type"
	}
	return contentType
}

// generator matches the element of a page that names the software that made it (HTML,
// "Standard metadata names"). It may differ between the sides.
var generator = regexp.MustCompile(`(?i)<meta\b[^>]*\bname\s*=\s*["']?generator\b[^>]*>`)

// text returns the redirect and the body for the comparison.
func (a Answer) text() string {
	text := string(a.Body)
	if utf8.Valid(a.Body) {
		text = strings.Join(strings.Fields(generator.ReplaceAllString(text, "")), " ")
	}
	if a.Location != "" {
		text = a.Location + " " + text
	}
	return address.Neutral(a.From)(text)
}

func inWord(c rune) bool { return unicode.IsLetter(c) && c != utf8.RuneError || unicode.IsDigit(c) }
