package differ

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// textName is the name of text in an element.
const textName = "text()"

// html reads a page by structure and text. It returns nil if the page is nested too
// deeply to be parsed.
func (r reader) html(body string) *node {
	page, err := html.ParseWithOptions(strings.NewReader(body), html.ParseOptionEnableScripting(false))
	if err != nil {
		return nil
	}
	r.ignore.removeElements(page)
	n := r.element(page, false)
	n.name, n.sep = "html", ""
	n.kids = append(n.kids, leaf(literal, " ", "end", ending(body)).seal())
	return n.seal()
}

// ending returns the end tag of a page. The parser adds one that is missing, but its
// absence is how a page that was cut off differs.
func ending(body string) string {
	const tag = "</html>"
	body = strings.TrimRight(body, " \t\r\n")
	if len(body) >= len(tag) && strings.EqualFold(body[len(body)-len(tag):], tag) {
		return tag
	}
	return "no " + tag
}

// element reads an element: its attributes by name, then what it contains.
func (r reader) element(from *html.Node, exact bool) *node {
	n := &node{kind: list, sep: " > ", name: from.Data}
	n.kids = r.attributesOf(from)
	exact = exact || keepsSpace(from.DataAtom)
	for kid := from.FirstChild; kid != nil; kid = kid.NextSibling {
		if k := r.part(kid, exact); k != nil {
			n.kids = append(n.kids, k)
		}
	}
	return n.seal()
}

func (r reader) part(from *html.Node, exact bool) *node {
	switch from.Type {
	case html.ElementNode:
		if isGenerator(from) {
			return nil
		}
		return r.element(from, exact)
	case html.TextNode:
		return r.words(textName, from.Data, exact)
	case html.CommentNode:
		return r.words("comment()", from.Data, exact)
	case html.DoctypeNode:
		return leaf(text, " > ", "doctype", from.Data).seal()
	}
	return nil
}

// words reads text; white space counts as one space, and around text it does not count.
func (r reader) words(name, value string, exact bool) *node {
	if !exact {
		value = strings.Join(strings.Fields(value), " ")
	}
	if strings.TrimSpace(value) == "" {
		return nil
	}
	return leaf(text, " > ", name, r.neutral(value)).seal()
}

// attributesOf returns the attributes of an element, in the order of their names.
func (r reader) attributesOf(from *html.Node) []*node {
	if len(from.Attr) == 0 {
		return nil
	}
	n := &node{kind: record}
	for _, a := range from.Attr {
		n.kids = append(n.kids, leaf(text, "@", a.Key, r.neutral(a.Val)).seal())
	}
	return n.seal().kids
}

func keepsSpace(a atom.Atom) bool {
	return a == atom.Pre || a == atom.Textarea || a == atom.Script || a == atom.Style
}

// isGenerator reports whether an element names the software that made the page (HTML,
// "Standard metadata names"). It may differ between the sides.
func isGenerator(n *html.Node) bool {
	if n.DataAtom != atom.Meta {
		return false
	}
	for _, a := range n.Attr {
		if a.Key == "name" && strings.EqualFold(a.Val, "generator") {
			return true
		}
	}
	return false
}
