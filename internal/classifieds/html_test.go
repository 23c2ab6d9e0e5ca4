package classifieds_test

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// A page is a parsed page of the site.
type page struct{ *html.Node }

func parse(t *testing.T, text string) page {
	t.Helper()
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return page{root}
}

// all returns the elements with these names.
func (p page) all(names ...string) (found []*html.Node) {
	for n := range p.Descendants() {
		if n.Type == html.ElementNode && slices.Contains(names, n.Data) {
			found = append(found, n)
		}
	}
	return found
}

// byID returns the element with an id, or nil.
func (p page) byID(id string) *html.Node {
	for n := range p.Descendants() {
		if n.Type == html.ElementNode && attr(n, "id") == id {
			return n
		}
	}
	return nil
}

func attr(n *html.Node, key string) string {
	v, _ := lookup(n, key)
	return v
}

func lookup(n *html.Node, key string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val, true
		}
	}
	return "", false
}

func text(n *html.Node) string {
	if n == nil {
		return ""
	}
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

// check checks the properties that every page must have.
func check(t *testing.T, body string) page {
	t.Helper()
	balanced(t, body)
	p := parse(t, body)
	if !strings.HasPrefix(body, "<!doctype html><html lang=\"en\">") {
		t.Errorf("the page begins with %.60q", body)
	}
	for name, want := range map[string]int{"title": 1, "h1": 1, "main": 1, "script": 0, "style": 0, "iframe": 0} {
		if got := len(p.all(name)); got != want {
			t.Errorf("the page has %d %s, want %d", got, name, want)
		}
	}
	if main := p.byID("main"); main == nil || main.Data != "main" || attr(main, "class") == "" {
		t.Error("the page has no main element with the id main and a class")
	}
	checkElements(t, p)
	checkFields(t, p)
	return p
}

func checkElements(t *testing.T, p page) {
	t.Helper()
	ids := map[string]bool{}
	for n := range p.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		for _, a := range n.Attr {
			switch {
			case a.Key == "id" && ids[a.Val]:
				t.Errorf("the id %q is used twice", a.Val)
			case a.Key == "id":
				ids[a.Val] = true
			case a.Key == "style" || strings.HasPrefix(a.Key, "on"):
				t.Errorf("<%s> has %s=%q, which the content policy forbids", n.Data, a.Key, a.Val)
			case (a.Key == "aria-describedby" || a.Key == "aria-labelledby" || a.Key == "for") && p.byID(a.Val) == nil:
				t.Errorf("<%s %s=%q> refers to no element", n.Data, a.Key, a.Val)
			case (a.Key == "href" || a.Key == "src" || a.Key == "action") && !local(a.Val):
				t.Errorf("<%s %s=%q> leads to another site", n.Data, a.Key, a.Val)
			}
		}
		if _, ok := lookup(n, "alt"); n.Data == "img" && !ok {
			t.Error("an image has no alternative text")
		}
		if (n.Data == "button" || n.Data == "a" || n.Data == "h1" || n.Data == "h2") && strings.TrimSpace(text(n)) == "" {
			t.Errorf("<%s> is empty", n.Data)
		}
	}
}

func local(address string) bool {
	for _, start := range []string{"/", "#", "data:", "mailto:"} {
		if strings.HasPrefix(address, start) {
			return !strings.HasPrefix(address, "//")
		}
	}
	return false
}

// checkFields checks that each field has a label.
func checkFields(t *testing.T, p page) {
	t.Helper()
	labels := map[string]bool{}
	for _, l := range p.all("label") {
		if strings.TrimSpace(text(l)) != "" || len(page{l}.all("img")) > 0 {
			labels[attr(l, "for")] = true
		}
	}
	for _, f := range p.all("input", "select", "textarea") {
		wrapped := false
		for a := range f.Ancestors() {
			wrapped = wrapped || a.Data == "label"
		}
		if attr(f, "type") != "hidden" && attr(f, "aria-label") == "" && !wrapped && !labels[attr(f, "id")] {
			t.Errorf("the field %q has no label", attr(f, "name"))
		}
	}
}

// void lists the elements without an end tag (HTML, §13.1.2).
var void = []string{"meta", "link", "input", "img", "br"}

// balanced checks that all elements end, in order: a parser would correct that
// silently.
func balanced(t *testing.T, body string) {
	t.Helper()
	var open []string
	for z := html.NewTokenizer(strings.NewReader(body)); ; {
		switch kind := z.Next(); kind {
		case html.ErrorToken:
			if len(open) > 0 {
				t.Errorf("the page ends inside %v", open)
			}
			return
		case html.StartTagToken, html.EndTagToken:
			name, _ := z.TagName()
			switch {
			case slices.Contains(void, string(name)):
			case kind == html.StartTagToken:
				open = append(open, string(name))
			case len(open) == 0 || open[len(open)-1] != string(name):
				t.Errorf("</%s> ends %v", name, open)
				return
			default:
				open = open[:len(open)-1]
			}
		}
	}
}
