//go:build unix

package classifiedstest

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// A Step is one request of a visitor. {edit}, {id} and {key} in it stand for the edit
// link of the ad that was posted last, its id and its key.
type Step struct {
	Method, Path string
	Header       http.Header
	Form         url.Values
	Photo        []byte // makes the form multipart
}

// Get returns the request for a page.
func Get(path string) Step { return Step{Method: "GET", Path: path} }

// Post returns the request that sends a form.
func Post(path string, form url.Values) Step { return Step{Method: "POST", Path: path, Form: form} }

// An Answer is what must be alike: status, header fields, and the page as elements
// and text, whatever the space between them.
type Answer struct {
	Status int
	Header map[string]string
	Page   []string
}

// fields are the header fields that must be alike.
var fields = []string{"Content-Type", "Location", "Cache-Control", "Etag", "Allow", "Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Retry-After"}

// A Visitor sends steps to one site.
type Visitor struct {
	URL  string
	edit string // the edit link of the ad posted last
}

var client = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// Do sends a step. An error ends the test.
func (v *Visitor) Do(t *testing.T, s Step) Answer {
	t.Helper()
	rs, err := client.Do(v.request(t, s))
	if err != nil {
		t.Fatalf("%s %s: %v", s.Method, s.Path, err)
	}
	defer rs.Body.Close()
	body, err := io.ReadAll(rs.Body)
	if err != nil {
		t.Fatalf("%s %s: %v", s.Method, s.Path, err)
	}
	a := Answer{Status: rs.StatusCode, Header: map[string]string{}}
	for _, f := range fields {
		a.Header[f] = strings.TrimPrefix(rs.Header.Get(f), v.URL)
	}
	if at := a.Header["Location"]; strings.Contains(at, "/edit?key=") {
		v.edit, _, _ = strings.Cut(at, "&")
	}
	a.Page = outline(a.Header["Content-Type"], body)
	return a
}

// DoAll sends steps one after another.
func (v *Visitor) DoAll(t *testing.T, steps []Step) []Answer {
	t.Helper()
	answers := make([]Answer, len(steps))
	for i, s := range steps {
		answers[i] = v.Do(t, s)
	}
	return answers
}

func (v *Visitor) request(t *testing.T, s Step) *http.Request {
	t.Helper()
	id, key, _ := strings.Cut(strings.TrimPrefix(v.edit, "/ads/"), "/edit?key=")
	fill := strings.NewReplacer("{edit}", v.edit, "{id}", id, "{key}", key)
	body, kind := s.body(t, fill)
	r, err := http.NewRequestWithContext(t.Context(), s.Method, v.URL+fill.Replace(s.Path), body)
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range s.Header {
		r.Header[name] = values
	}
	if s.Method == "POST" {
		r.Header.Set("Content-Type", kind)
	}
	return r
}

func (s Step) body(t *testing.T, fill *strings.Replacer) (io.Reader, string) {
	t.Helper()
	if s.Photo == nil {
		form := url.Values{}
		for name, values := range s.Form {
			form.Set(name, fill.Replace(values[0]))
		}
		return strings.NewReader(form.Encode()), "application/x-www-form-urlencoded"
	}
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for name := range s.Form {
		if err := m.WriteField(name, s.Form.Get(name)); err != nil {
			t.Fatal(err)
		}
	}
	part, err := m.CreateFormFile("photo", "photo.jpg")
	if err != nil {
		t.Fatal(err)
	}
	part.Write(s.Photo) // into memory, as Close
	m.Close()
	return &b, m.FormDataContentType()
}

// outline returns the elements of a page with their attributes, and its texts.
func outline(kind string, body []byte) (lines []string) {
	if !strings.HasPrefix(kind, "text/html") {
		return []string{string(body)}
	}
	z := html.NewTokenizer(bytes.NewReader(body))
	for z.Next() != html.ErrorToken {
		switch token := z.Token(); token.Type {
		case html.StartTagToken, html.SelfClosingTagToken:
			lines = append(lines, fmt.Sprint("<", token.Data, token.Attr, ">"))
		case html.EndTagToken:
			lines = append(lines, "</"+token.Data+">")
		case html.TextToken:
			lines = append(lines, strings.Fields(token.Data)...)
		}
	}
	return lines
}
