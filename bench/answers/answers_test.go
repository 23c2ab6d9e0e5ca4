package answers_test

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"

	"github.com/classibench/classibench/bench/answers"
)

func page(body string) answers.Answer {
	return answers.Answer{Status: 200, Type: "text/html; charset=utf-8", Body: []byte(body)}
}

const clock = `<html><h1>Guestbook</h1><p>It is %s, your token is %s.</p><ul><li>Ann was here</li><li>Bob was here</li></ul><footer>request %d</footer></html>`

// Parts that differ between two answers of the baseline do not count; all others
// do.
func TestCompare(t *testing.T) {
	p := answers.Learn(page(fmt.Sprintf(clock, "12:30:59", "a1b2c3", 7)), page(fmt.Sprintf(clock, "12:31:00", "0f9e", 8)))
	for name, c := range map[string]struct {
		got     answers.Answer
		kind    answers.Kind // empty: alike
		excerpt string
	}{
		"another time":       {page(fmt.Sprintf(clock, "12:31:02", "77aabbcc", 2000)), "", ""},
		"white space":        {page(strings.ReplaceAll(fmt.Sprintf(clock, "12:31:02", "77", 1), "was here", "was\n\there")), "", ""},
		"no character set":   {answers.Answer{Status: 200, Type: "text/html", Body: []byte(fmt.Sprintf(clock, "12:31:02", "x", 1))}, "", ""},
		"another entry":      {page(strings.Replace(fmt.Sprintf(clock, "12:31:02", "77", 1), "Bob", "Eve", 1)), answers.Text, "Eve was here"},
		"an entry less":      {page(strings.Replace(fmt.Sprintf(clock, "12:31:02", "77", 1), "<li>Bob was here</li>", "", 1)), answers.Text, "</ul>"},
		"another program":    {page("It works!"), answers.Text, "It works!"},
		"nothing":            {page(""), answers.Text, "nothing"},
		"not found":          {answers.Answer{Status: 404, Type: "text/html"}, answers.Status, "404"},
		"plain text":         {answers.Answer{Status: 200, Type: "text/plain", Body: []byte(fmt.Sprintf(clock, "1:2:3", "x", 1))}, answers.Type, "text/plain"},
		"a page in a hole":   {page(fmt.Sprintf(clock, "12:31:02", strings.Repeat("another page ", 40), 1)), answers.Text, "another"},
		"more after the end": {page(fmt.Sprintf(clock, "12:31:02", "77", 1) + "<!-- x -->"), answers.Text, "x"},
	} {
		d := p.Compare(c.got)
		switch {
		case d == nil && c.kind != "" || d != nil && d.Kind != c.kind:
			t.Errorf("%s: got %+v, want a difference in %q", name, d, c.kind)
		case d != nil && !strings.Contains(d.Got, c.excerpt):
			t.Errorf("%s: the example is %q, want %q in it", name, d.Got, c.excerpt)
		}
	}
}

// Each side contains its own address; a redirect may be absolute or relative.
func TestAddressesAreNoDifference(t *testing.T) {
	base := answers.Answer{Status: 302, Location: "http://127.0.0.1:34567/ads/1", Body: []byte("see http://127.0.0.1:34567/ads/1, port 34567"), From: "127.0.0.1:34567"}
	head := answers.Answer{Status: 302, Location: "/ads/1", Body: []byte("see http://127.0.0.1:40001/ads/1, port 40001"), From: "127.0.0.1:40001"}
	if d := answers.Learn(base, base).Compare(head); d != nil {
		t.Errorf("got %+v", d)
	}
	head.Location = "/ads/2"
	if d := answers.Learn(base, base).Compare(head); d == nil || d.Kind != answers.Text {
		t.Errorf("another redirect: got %+v", d)
	}
}

// A generator element names the software of the server, which differs between the sides.
func TestGeneratorsAreNoDifference(t *testing.T) {
	head := func(generator string) answers.Answer {
		return page("<head><meta charset=utf-8>" + generator + "<meta name=robots content=index></head>Ads")
	}
	p := answers.Learn(head(`<meta name="generator" content="gitweb/2.39 git/2.39"/>`))
	for _, same := range []string{`<meta name="generator" content="gitweb/2.39 git/2.39 mod_perl/2.0"/>`, `<META CONTENT='x' NAME=Generator>`, ""} {
		if d := p.Compare(head(same)); d != nil {
			t.Errorf("%s: got %+v", same, d)
		}
	}
	if d := p.Compare(head(`<meta name="author" content="generator">`)); d == nil {
		t.Error("a different author element is not found")
	}
}

// Random parts of the baseline's answers must not be compared with the candidate's.
func TestVaryingPartsAreNotCompared(t *testing.T) {
	busy := answers.Answer{Status: 503}
	p := answers.Learn(page("home"), busy)
	if d := p.Compare(busy); d != nil {
		t.Errorf("got %+v", d)
	}
	rng := rand.New(rand.NewPCG(1, 1))
	draw := func() string {
		var b strings.Builder
		for range 30 {
			fmt.Fprintf(&b, "<li>%d kind%d</li> ", rng.IntN(1e9), rng.IntN(9))
		}
		return "<h1>Ads</h1><ul>" + b.String() + "</ul><p>the end of the page</p>"
	}
	for range 50 {
		p := answers.Learn(page(draw()), page(draw()))
		for range 4 {
			p.Vary(page(draw()))
		}
		if p.Loosen(); p.Vary(page(draw())) {
			t.Fatal("another random answer counts as different")
		}
		if d := p.Compare(page(draw())); d != nil {
			t.Fatalf("got %+v", d)
		}
		if d := p.Compare(page(strings.Replace(draw(), "the end", "no end", 1))); d == nil {
			t.Fatal("a different end of the page is not found")
		}
	}
}

func TestBytesAreCompared(t *testing.T) {
	gif := answers.Answer{Status: 200, Type: "image/gif", Body: []byte("GIF89a\xff\x00\x01\x02")}
	other := gif
	other.Body = []byte("GIF89a\xff\x00\x01\x03")
	p := answers.Learn(gif, gif)
	if d := p.Compare(gif); d != nil {
		t.Errorf("the same: got %+v", d)
	}
	if d := p.Compare(other); d == nil || d.Want != "10 bytes" || d.Got != "other 10 bytes" {
		t.Errorf("got %+v", d)
	}
}

// A page must accept the answers from which it was learned.
func FuzzLearn(f *testing.F) {
	f.Add("a b c", "a x c", "a y c")
	f.Add("\x00", "", "\xff")
	f.Add(strings.Repeat("a,", 300), strings.Repeat("b,", 300), "a,")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		p := answers.Learn(page(a), page(b), page(c))
		for range 2 {
			for _, s := range []string{a, b, c} {
				if d := p.Compare(page(s)); d != nil {
					t.Fatalf("learned from %q, %q, %q: %q is different: %+v", a, b, c, s, d)
				}
			}
			p.Loosen()
		}
	})
}

// A side with TLS, or with the name localhost, also contains its own address.
func TestAddressesOfEveryScheme(t *testing.T) {
	side := func(own, from string) answers.Answer {
		return answers.Answer{Status: 200, From: from, Body: []byte(`<a href="` + own + `/ads">ads</a> back=` + url.QueryEscape(own+"/"))}
	}
	base := side("http://127.0.0.1:34567", "127.0.0.1:34567")
	for _, own := range []string{"https://127.0.0.1:8443", "http://localhost:8443", "https://localhost:8443"} {
		if d := answers.Learn(base, base).Compare(side(own, "127.0.0.1:8443")); d != nil {
			t.Errorf("%s: got %+v", own, d)
		}
	}
}
