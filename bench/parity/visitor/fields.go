package visitor

import (
	"bytes"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"github.com/classibench/classibench/bench/parity/trial"
)

// hidden returns the values of an answer that a form or a script would send back, by
// name: parameters of a redirect, hidden inputs, tokens in meta elements, and members of
// JSON. Of several with one name the last counts; of JSON members the outermost.
func hidden(a trial.Answer) map[string]string {
	all := map[string]string{}
	if u, err := url.Parse(a.Header.Get("Location")); err == nil {
		for name, values := range u.Query() {
			all[name] = values[len(values)-1]
		}
	}
	switch mediaType := mediaType(a); {
	case isHTML(mediaType):
		hiddenInputs(a.Body, all)
	case isJSON(mediaType):
		members(a.Body, all)
	}
	return all
}

// Fields returns the names of the values of an answer that {{name}} stands for afterwards.
func Fields(a trial.Answer) []string { return slices.Sorted(maps.Keys(hidden(a))) }

// mediaType returns that of an answer; without a Content-Type it is derived from the
// body.
func mediaType(a trial.Answer) string {
	text := a.Header.Get("Content-Type")
	if text == "" {
		text = http.DetectContentType(a.Body)
	}
	mediaType, _, _ := mime.ParseMediaType(text)
	return mediaType
}

func isHTML(mediaType string) bool {
	return mediaType == "text/html" || mediaType == "application/xhtml+xml"
}

func hiddenInputs(body []byte, all map[string]string) {
	token, parameter := "", ""
	for tag := range tags(body) {
		switch tag.name {
		case "input":
			if strings.EqualFold(tag.attributes["type"], "hidden") && tag.attributes["name"] != "" {
				all[tag.attributes["name"]] = tag.attributes["value"]
			}
		case "meta":
			name, content := tag.attributes["name"], tag.attributes["content"]
			switch {
			case name == "csrf-param":
				parameter = content
			case isToken(name):
				all[name], token = content, content
			}
		}
	}
	if parameter != "" && token != "" { // as Rails writes them
		all[parameter] = token
	}
}

func isToken(name string) bool {
	name = strings.ToLower(name)
	return strings.Contains(name, "csrf") || strings.Contains(name, "xsrf")
}

// A tag is a start tag of a page.
type tag struct {
	name       string
	attributes map[string]string
}

// tags iterates over the start tags of a page, which need not be valid.
func tags(body []byte) func(yield func(tag) bool) {
	return func(yield func(tag) bool) {
		z := html.NewTokenizer(bytes.NewReader(body))
		for {
			switch z.Next() {
			case html.ErrorToken:
				return
			case html.StartTagToken, html.SelfClosingTagToken:
				if !yield(newTag(z.Token())) {
					return
				}
			}
		}
	}
}

// newTag takes the first of attributes with the same name, as browsers do.
func newTag(t html.Token) tag {
	n := tag{name: t.Data, attributes: make(map[string]string, len(t.Attr))}
	for _, a := range t.Attr {
		if _, twice := n.attributes[a.Key]; !twice {
			n.attributes[a.Key] = a.Val
		}
	}
	return n
}
