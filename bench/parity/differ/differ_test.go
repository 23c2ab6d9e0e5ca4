package differ_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/classibench/classibench/bench/parity/differ"
	"github.com/classibench/classibench/bench/parity/trial"
)

var home = trial.Request{Route: "home", Method: "GET", URL: "/ads/list"}

var noon = time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)

// answer returns an answer with header lines such as "Vary: Cookie".
func answer(body string, lines ...string) trial.Answer {
	h := http.Header{}
	for _, line := range lines {
		name, value, _ := strings.Cut(line, ": ")
		h.Add(name, value)
	}
	return trial.Answer{Status: 200, Header: h, Body: []byte(body), From: "127.0.0.1:34567", At: noon}
}

func page(body string) trial.Answer { return answer(body, "Content-Type: text/html; charset=utf-8") }

func object(body string) trial.Answer { return answer(body, "Content-Type: application/json") }

func newDiffer(t testing.TB, ignore ...differ.Ignore) *differ.Differ {
	t.Helper()
	d, err := differ.New(ignore)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// brief returns differences as "place: want -> got".
func brief(all []differ.Difference) (lines []string) {
	for _, d := range all {
		lines = append(lines, fmt.Sprintf("%s: %s -> %s", d.Place, d.Want, d.Got))
	}
	return lines
}

// A comparison without anything learned.
type comparison struct {
	want, got trial.Answer
	lines     []string // differences
}

func check(t *testing.T, cases map[string]comparison) {
	t.Helper()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(brief(newDiffer(t).Compare(home, c.want, c.got)), c.lines); diff != "" {
				t.Errorf("got -, want +:\n%s", diff)
			}
		})
	}
}

func TestStatusAndFields(t *testing.T) {
	status := func(a trial.Answer, s int) trial.Answer { a.Status = s; return a }
	failed := trial.Answer{Failure: "connection reset"}
	other := func(a trial.Answer, from string) trial.Answer { a.From = from; return a }
	check(t, map[string]comparison{
		"status":               {page("x"), status(page("x"), 500), []string{"status: 200 -> 500"}},
		"no answer":            {page("x"), failed, []string{"answer: status 200 -> connection reset"}},
		"an answer at last":    {failed, page("x"), []string{"answer: connection reset -> status 200"}},
		"no answer twice":      {failed, trial.Answer{Failure: "EOF"}, nil},
		"of the server":        {answer("x", "Server: a", "Date: b", "Connection: close"), answer("x", "X-Powered-By: c", "Transfer-Encoding: chunked"), nil},
		"sets":                 {answer("x", "Vary: Cookie, Accept", "Cache-Control: no-store, max-age=0"), answer("x", "Vary: accept", "Vary: cookie", "Cache-Control: Max-Age=0,no-store"), nil},
		"another set":          {answer("x", "Vary: Cookie, Accept"), answer("x", "Vary: Accept"), []string{"header Vary: accept, cookie -> accept"}},
		"a field less":         {answer("x", "X-Frame-Options: DENY"), answer("x"), []string{"header X-Frame-Options: DENY -> nothing"}},
		"a field more":         {answer("x"), answer("x", "X-Debug: 1"), []string{"header X-Debug: nothing -> 1"}},
		"media types":          {answer("x", "Content-Type: text/plain;charset=UTF-8"), answer("x", "Content-Type: text/plain; charset=utf-8"), nil},
		"another media type":   {answer("x", "Content-Type: text/plain"), answer("x", "Content-Type: text/html"), []string{"header Content-Type: text/plain -> text/html"}},
		"own address":          {answer("", "Location: http://127.0.0.1:34567/ads/1"), other(answer("", "Location: /ads/1"), "127.0.0.1:40001"), nil},
		"a relative redirect":  {answer("", "Location: 1?a=b"), answer("", "Location: /ads/1?a=b"), nil},
		"another redirect":     {answer("", "Location: /ads/1"), answer("", "Location: /ads/2"), []string{"header Location: /ads/1 -> /ads/2"}},
		"another origin":       {answer("", "Location: /ads/1"), answer("", "Location: https://example.org/ads/1"), []string{"header Location: /ads/1 -> https://example.org/ads/1"}},
		"lengths of bodies":    {answer("xy", "Content-Length: 2"), answer("xy"), nil},
		"expires, relative":    {answer("", "Expires: Fri, 27 Nov 2026 13:00:00 GMT"), at(answer("", "Expires: Fri, 27 Nov 2026 13:10:01 GMT"), 10*time.Minute), nil},
		"expires, another":     {answer("", "Expires: Fri, 27 Nov 2026 13:00:00 GMT"), at(answer("", "Expires: Fri, 27 Nov 2026 13:00:00 GMT"), 10*time.Second), nil},
		"expires, in the past": {answer("", "Expires: Thu, 01 Jan 1970 00:00:00 GMT"), at(answer("", "Expires: Thu, 01 Jan 1970 00:00:00 GMT"), 10*time.Minute), nil},
	})
}

func at(a trial.Answer, after time.Duration) trial.Answer {
	a.At = a.At.Add(after)
	return a
}

func TestCookies(t *testing.T) {
	set := func(c string) trial.Answer { return answer("", "Set-Cookie: "+c) }
	check(t, map[string]comparison{
		"order of attributes": {set("sid=1; Path=/; HttpOnly; Secure"), set("sid=1; secure; httponly; path=/"), nil},
		"value":               {set("sid=1; Path=/"), set("sid=2; Path=/"), []string{"cookie sid: 1 -> 2"}},
		"path":                {set("sid=1; Path=/"), set("sid=1; Path=/ads"), []string{"cookie sid@Path: / -> /ads"}},
		"flags":               {set("sid=1; HttpOnly; SameSite=lax"), set("sid=1"), []string{"cookie sid@HttpOnly: set -> nothing", "cookie sid@SameSite: Lax -> nothing"}},
		"max-age or expires":  {set("sid=1; Max-Age=3600"), set("sid=1; Expires=Fri, 27-Nov-2026 13:00:01 GMT"), nil},
		"another lifetime":    {set("sid=1; Max-Age=3600"), set("sid=1; Max-Age=60"), []string{"cookie sid@Expires: after 1h0m0s -> after 1m0s"}},
		"a session":           {set("sid=1; Max-Age=3600"), set("sid=1"), []string{"cookie sid@Expires: after 1h0m0s -> session"}},
		"deleted":             {set("sid=; Max-Age=0"), set("sid=; Expires=Thu, 01 Jan 1970 00:00:00 GMT"), nil},
		"relative dates":      {set("sid=1; Expires=Fri, 27 Nov 2026 13:00:00 GMT"), at(set("sid=1; Expires=Fri, 27 Nov 2026 14:00:00 GMT"), time.Hour), nil},
		"a stuck date":        {set("sid=1; Expires=Fri, 27 Nov 2026 13:00:00 GMT"), at(set("sid=1; Expires=Fri, 27 Nov 2026 13:00:00 GMT"), time.Minute), []string{"cookie sid@Expires: after 1h0m0s -> after 59m0s"}},
		"a cookie more":       {answer(""), set("sid=1"), []string{"cookie sid: nothing -> sid 1 session"}},
		"not well-formed":     {set("a b=1"), set("a b=2"), []string{"cookie a b: 1 -> 2"}},
	})
}

func TestHTML(t *testing.T) {
	const list = "<!DOCTYPE html><html><head><title>Ads</title></head><body><main><h1>Ads</h1><ul><li>bike</li><li>car</li><li><a href='/ads/3'>boat</a></li></ul></main></body></html>"
	edit := func(old, with string) trial.Answer { return page(strings.Replace(list, old, with, 1)) }
	check(t, map[string]comparison{
		"the same":              {page(list), page(strings.ReplaceAll(list, "><", ">\n  <")), nil},
		"order of attributes":   {page("<p id=a class=b>x</p>"), page("<p class=b id=a>x</p>"), nil},
		"text":                  {page(list), edit("car", "cat"), []string{"html main > ul > li[2]: car -> cat"}},
		"an attribute":          {page(list), edit("/ads/3", "/ads/4"), []string{"html main > ul > li[3] > a@href: /ads/3 -> /ads/4"}},
		"a title":               {page(list), edit("<title>Ads", "<title>Ann's ads"), []string{"html head > title: Ads -> Ann's ads"}},
		"an element more":       {page(list), edit("<li>car", "<li>van</li><li>car"), []string{"html main > ul > li[2]: nothing -> li van"}},
		"an element less":       {page(list), edit("<li>car</li>", ""), []string{"html main > ul > li[2]: li car -> nothing"}},
		"cut off":               {page(list), edit("</ul></main></body></html>", ""), []string{"html end: </html> -> no </html>"}},
		"a header in the body":  {page(list), page("Content-Type: text/html\n\n" + list), []string{"html doctype: html -> nothing", "html head > title: title Ads -> nothing", "html body: nothing -> Content-Type: text/html", "html title: nothing -> title Ads"}},
		"a comment":             {page("<p>x</p><!-- Ann -->"), page("<p>x</p><!-- Bob -->"), []string{"html comment(): Ann -> Bob"}},
		"a generator":           {page("<meta name=generator content=a>x"), page("<meta name=Generator content=b>x"), nil},
		"space in preformatted": {page("<pre>a  b</pre>"), page("<pre>a b</pre>"), []string{"html pre: a b -> a b"}},
	})
}

// A long body is cut by the sender; the rest is compared by its digest.
func TestTheRestOfALongBody(t *testing.T) {
	long := func(rest string) trial.Answer {
		a := page("<p>x</p>")
		a.Rest = rest
		return a
	}
	one, two := long("10 bytes, SHA-256 a1a1a1a1a1a1a1a1"), long("10 bytes, SHA-256 b2b2b2b2b2b2b2b2")
	check(t, map[string]comparison{
		"another end": {one, two, []string{"rest of the body: 10 bytes, SHA-256 a1a1a1a1a1a1a1a1 -> 10 bytes, SHA-256 b2b2b2b2b2b2b2b2"}},
		"no end":      {one, page("<p>x</p>"), []string{`rest of the body: 10 bytes, SHA-256 a1a1a1a1a1a1a1a1 -> ""`}},
		"equal":       {one, one, nil},
	})
	d := learned(t, []trial.Answer{one, two})
	if got := d.Compare(home, one, long("10 bytes, SHA-256 c3c3c3c3c3c3c3c3")); len(got) > 0 {
		t.Errorf("got %q at a place that varies", brief(got))
	}
}

func TestOtherBodies(t *testing.T) {
	feed := func(body string) trial.Answer { return answer(body, "Content-Type: application/rss+xml") }
	plain := func(body string) trial.Answer { return answer(body, "Content-Type: text/plain") }
	image := func(body string) trial.Answer { return answer(body, "Content-Type: image/gif") }
	check(t, map[string]comparison{
		"order of keys":   {object(`{"a":1,"b":[1,2]}`), object(`{ "b": [1, 2], "a": 1.0 }`), nil},
		"order of values": {object(`{"b":[1,2]}`), object(`{"b":[2,1]}`), []string{"json /b/0: 1 -> nothing", "json /b/1: nothing -> 1"}},
		"a value":         {object(`{"ads":[{"title":"bike"}]}`), object(`{"ads":[{"title":"car"}]}`), []string{"json /ads/0/title: bike -> car"}},
		"type of a value": {object(`{"a":1}`), object(`{"a":"1"}`), []string{"json /a: 1 -> \"1\""}},
		"no JSON":         {object(`{"a":1}`), object(`{"a":1} trailing`), []string{`body: json: json 1 -> text: text {"a":1} trailing`}},
		"an escaped key":  {object(`{"a/b~":1}`), object(`{"a/b~":2}`), []string{"json /a~1b~0: 1 -> 2"}},
		"an element":      {feed("<rss><item>a</item><item>b</item></rss>"), feed("<rss><item>a</item><item>c</item></rss>"), []string{"xml rss > item[2]: b -> c"}},
		"a broken feed":   {feed("<rss>a</rss>"), feed("<rss>a"), []string{"body: xml: xml rss a -> text: text <rss>a"}},
		"a line":          {plain("a\nb\nc"), plain("a\r\nx\r\nc"), []string{"text line 2: b -> x"}},
		"bytes":           {image("GIF89a\x00\x01"), image("GIF89a\x00\x02"), []string{"bytes 7: 01 of 8 bytes -> 02 of 8 bytes"}},
		"a shorter image": {image("GIF89a\x00\x01"), image(""), []string{"bytes 0: 47 49 46 38 39 61 00 01 of 8 bytes ->  of 0 bytes"}},
		"without a type":  {answer(`{"a":1,"b":2}`), answer(`{"b":2,"a":1}`), nil},
		"an empty answer": {page("<p>x</p>"), page(""), []string{"html p: p x -> nothing"}},
		"not UTF-8":       {page("<p>Gr\xfc\xdfe</p>"), page("<p>Gr\xc3\xbc\xc3\x9fe</p>"), []string{"html p: Gr?e -> Grüße"}},
	})
}
