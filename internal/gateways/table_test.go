//go:build linux

package gateways_test

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// A row is an exchange with the program that all ways should answer alike, and what
// the reference must answer.
type row struct {
	name   string
	method string // GET if empty
	path   string // below appPath
	head   string // further lines, each with its CRLF
	body   []string
	status int
	want   string                                    // part of the body
	not    []string                                  // ways that are left out: see lossy and headless
	talk   func(c conversation, t *testing.T) answer // instead of sending head and body
}

// lossy does not read a body that the program does not read, and closes the connection
// before its client has the answer: it depends on the moment whether the client gets it.
var lossy = []string{"Apache mod_cgid (CGI)"}

// headless keep the head of an answer until its body begins. They are left out where the
// body would begin only after the head was read.
var headless = []string{"Apache mod_proxy_fcgi (FastCGI)", "Apache mod_fcgid (FastCGI)"}

// The sizes of bodies: more than the buffers of a server, and more than it keeps in
// memory.
const (
	medium = 1 << 20
	large  = 10 << 20
)

func sum(b []byte) string {
	return fmt.Sprintf("%d bytes, %x, <nil>", len(b), sha256.Sum256(b))
}

func lengthOf(parts ...string) string {
	n := 0
	for _, p := range parts {
		n += len(p)
	}
	return fmt.Sprintf("Content-Length: %d\r\n", n)
}

// pieces splits a text, so that each piece is sent by its own write.
func pieces(text string, n int) (all []string) {
	for len(text) > n {
		all, text = append(all, text[:n]), text[n:]
	}
	return append(all, text)
}

// chunked writes the chunks of a body (RFC 9112 §7.1), with trailer lines.
func chunked(trailer string, chunks ...string) string {
	var b strings.Builder
	for _, c := range chunks {
		fmt.Fprintf(&b, "%x\r\n%s\r\n", len(c), c)
	}
	return b.String() + "0\r\n" + trailer + "\r\n"
}

func answerPath(status int, body string, headers ...string) string {
	q := url.Values{"status": {fmt.Sprint(status)}, "body": {body}, "h": headers}
	return "/answer?" + q.Encode()
}

const (
	formType  = "Content-Type: application/x-www-form-urlencoded\r\n"
	textType  = "Content-Type: text/plain\r\n"
	inChunks  = "Transfer-Encoding: chunked\r\n"
	multipart = "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f.txt\"\r\n\r\nfile\r\n--x--\r\n"
)

// table lists the exchanges, by subject. It is made by the test alone: the binary is also
// the program, which must start fast.
func table() map[string][]row {
	binary, largeUp := string(pattern(1000)), string(pattern(large))
	return map[string][]row{
		"methods": {
			{name: "GET", path: "/seen", status: 200, want: "GET /app/seen HTTP/1.1\n"},
			{name: "HEAD", method: "HEAD", path: "/seen", status: 200},
			{name: "HEAD of a large answer", method: "HEAD", path: "/big?n=100000&stated", status: 200},
			{name: "POST", method: "POST", path: "/seen", head: textType + "Content-Length: 2\r\n", body: []string{"hi"}, status: 200, want: `body "hi" <nil>`},
			{name: "POST of nothing", method: "POST", path: "/seen", head: textType + "Content-Length: 0\r\n", status: 200, want: `body "" <nil>`},
			{name: "PUT", method: "PUT", path: "/digest", head: textType + "Content-Length: 2\r\n", body: []string{"hi"}, status: 200, want: "2 bytes"},
			{name: "PATCH", method: "PATCH", path: "/digest", head: textType + "Content-Length: 2\r\n", body: []string{"hi"}, status: 200, want: "2 bytes"},
			{name: "DELETE", method: "DELETE", path: "/seen", status: 200, want: "DELETE /app/seen"},
			{name: "OPTIONS", method: "OPTIONS", path: "/seen", status: 200, want: "OPTIONS /app/seen"},
			{name: "PROPFIND", method: "PROPFIND", path: "/seen", status: 200, want: "PROPFIND /app/seen"},
			{name: "an unknown method", method: "BREW", path: "/seen", status: 200, want: "BREW /app/seen"},
			{name: "TRACE", method: "TRACE", path: "/seen", status: 200, want: "TRACE /app/seen"},
		},
		"request headers": {
			{name: "common fields", path: "/seen", head: "User-Agent: u\r\nAccept: a/b\r\nReferer: http://r.example/\r\nAccept-Language: de\r\n", status: 200, want: `User-Agent: ["u"]`},
			{name: "a field twice", path: "/seen", head: "X-Two: 1\r\nX-Two: 2\r\n", status: 200, want: `X-Two: ["1" "2"]`},
			{name: "two cookies", path: "/seen", head: "Cookie: a=1\r\nCookie: b=2\r\n", status: 200, want: "a=1"},
			{name: "an empty field", path: "/seen", head: "X-Empty:\r\n", status: 200, want: `X-Empty: [""]`},
			{name: "a field of 7000 bytes", path: "/seen", head: "X-Long: " + strings.Repeat("l", 7000) + "\r\n", status: 200, want: "lll"},
			{name: "a field in UTF-8", path: "/seen", head: "X-Name: caf\u00e9\r\n", status: 200, want: "café"},
			{name: "a name with an underscore", path: "/seen", head: "X_Forged: 1\r\n", status: 200, want: "X_forged"},
			{name: "Authorization", path: "/seen", head: "Authorization: Basic eDp5\r\n", status: 200, want: "Authorization"},
			{name: "Proxy", path: "/seen", head: "Proxy: http://evil.example\r\n", status: 200, want: "Proxy"},
			{name: "a forged address", path: "/seen", head: "X-Forwarded-For: 192.0.2.1\r\n", status: 200, want: "192.0.2.1"},
		},
		"paths": {
			{name: "a query", path: "/seen?a=1&b=%20+;c", status: 200, want: "query a=1&b=%20+;c"},
			{name: "an escaped space", path: "/seen/a%20b", status: 200, want: "path /seen/a%20b"},
			{name: "an escaped slash", path: "/seen/a%2Fb", status: 200, want: "path /seen/a%2Fb"},
			{name: "UTF-8", path: "/seen/%E6%9D%B1", status: 200, want: "path /seen/%E6%9D%B1"},
			{name: "other characters", path: "/seen/a;b,c=d:e@f'(g)*", status: 200, want: "path /seen/a;b,c=d:e@f'(g)*"},
			{name: "no such path", path: "/none", status: 404, want: "404 page not found"},
		},
		"bodies": {
			{name: "a form", method: "POST", path: "/form?q=1", head: formType + "Content-Length: 7\r\n", body: []string{"a=1&b=2"}, status: 200, want: "a=1&b=2&q=1"},
			{name: "multipart", method: "POST", path: "/form", head: "Content-Type: multipart/form-data; boundary=x\r\n" + lengthOf(multipart), body: []string{multipart}, status: 200, want: "a=1"},
			{name: "any bytes", method: "POST", path: "/echo", head: textType + lengthOf(binary), body: []string{binary}, status: 200, want: binary},
			{name: "in chunks", method: "POST", path: "/seen", head: textType + inChunks, body: []string{chunked("", "hel", "lo")}, status: 200, want: `body "hello" <nil>`},
			{name: "in 100 pieces", method: "POST", path: "/echo", head: textType + lengthOf(binary), body: pieces(binary, 10), status: 200, want: binary},
			{name: "the head in pieces", method: "POST", path: "/echo", head: textType + "Content-Length: 2\r\n", body: []string{"h", "i"}, status: 200, want: "hi", talk: conversation.inBytes},
			{name: "10 MB", method: "POST", path: "/digest", head: textType + lengthOf(largeUp), body: []string{largeUp}, status: 200, want: sum(pattern(large))},
			{name: "1 MB in chunks", method: "POST", path: "/digest", head: textType + inChunks, body: []string{chunked("", pieces(largeUp[:medium], 60_000)...)}, status: 200, want: sum(pattern(medium))},
			{name: "gzip", method: "POST", path: "/seen", head: textType + "Content-Encoding: gzip\r\nContent-Length: 2\r\n", body: []string{"\x1f\x8b"}, status: 200, want: `Content-Encoding: ["gzip"]`},
			{name: "unread", method: "POST", path: "/unread", head: textType + "Content-Length: 100000\r\n", body: []string{strings.Repeat("x", 100_000)}, not: lossy, status: 403, want: "not wanted"},
			{name: "after 100 Continue", method: "POST", path: "/echo", head: textType + "Expect: 100-continue\r\nContent-Length: 2\r\n", body: []string{"hi"}, status: 200, want: "hi"},
			{name: "of a GET", path: "/seen", head: textType + "Content-Length: 2\r\n", body: []string{"hi"}, status: 200, want: `body "hi" <nil>`},
		},
		"answers": {
			{name: "a header twice", path: answerPath(200, "x", "Set-Cookie:a=1", "Set-Cookie:b=2", "X-Two:1", "X-Two:2"), status: 200, want: "x"},
			{name: "an empty header", path: answerPath(200, "x", "X-Empty:"), status: 200, want: "x"},
			{name: "a header in UTF-8", path: answerPath(200, "x", "X-Name:café"), status: 200, want: "x"},
			{name: "a type that is guessed", path: answerPath(200, "<html><body>"), status: 200, want: "<html>"},
			{name: "no body", path: answerPath(200, ""), status: 200},
			{name: "Vary and Cache-Control", path: answerPath(200, "x", "Vary:Cookie", "Cache-Control:private"), status: 200, want: "x"},
			{name: "201 with a Location", path: answerPath(201, "x", "Location:/app/seen"), status: 201, want: "x"},
			{name: "204", path: answerPath(204, ""), status: 204},
			{name: "204 with a body", path: answerPath(204, "none"), status: 204},
			{name: "299", path: answerPath(299, "x"), status: 299, want: "x"},
			{name: "304", path: answerPath(304, "", `Etag:"v"`), status: 304},
			{name: "a header that is late", path: "/late", status: 200, want: "late"},
			{name: "10 MB", path: fmt.Sprintf("/big?n=%d", large), status: 200, want: largeUp},
			{name: "1 MB with its length", path: fmt.Sprintf("/big?stated&n=%d", medium), status: 200, want: largeUp[:medium]},
			{name: "shorter than its length", path: "/length?stated=9", status: 200, want: "12345"},
			{name: "longer than its length", path: "/length?stated=3", status: 200},
			{name: "HTTP/1.0", path: "/digest", status: 200, want: "0 bytes", talk: conversation.http10},
			{name: "two requests on a connection", path: "/digest", status: 200, want: "0 bytes", talk: conversation.twice},
			{name: "two requests at once on a connection", path: "/digest", status: 200, want: "0 bytes", talk: conversation.pipelined},
		},
		"redirects": {
			{name: "301 to a URL", path: "/redirect?status=301&to=http://example.org/a?b", status: 301, want: "Moved"},
			{name: "302 to a path", path: "/redirect?status=302&to=/app/seen", status: 302, want: "Found"},
			{name: "303 after a POST", method: "POST", path: "/redirect?status=303&to=/app/seen?x=1", head: formType + "Content-Length: 3\r\n", body: []string{"a=1"}, status: 303},
			{name: "307", path: "/redirect?status=307&to=/app/seen", status: 307, want: "Temporary"},
			{name: "308", path: "/redirect?status=308&to=/app/seen", status: 308, want: "Permanent"},
			{name: "to another host by a path", path: "/redirect?status=302&to=//example.org/", status: 302, want: "Found"},
			{name: "to a relative path", path: "/redirect?status=302&to=seen", status: 302, want: "Found"},
		},
		"errors": {
			{name: "400", path: answerPath(400, "x"), status: 400, want: "x"},
			{name: "401", path: answerPath(401, "x", "Www-Authenticate:Basic realm=r"), status: 401, want: "x"},
			{name: "404", path: answerPath(404, "x"), status: 404, want: "x"},
			{name: "405", path: answerPath(405, "x", "Allow:GET"), status: 405, want: "x"},
			{name: "418", path: answerPath(418, "x"), status: 418, want: "x"},
			{name: "422", path: answerPath(422, "x"), status: 422, want: "x"},
			{name: "500", path: answerPath(500, "x"), status: 500, want: "x"},
			{name: "500 without a body", path: answerPath(500, ""), status: 500},
			{name: "503", path: answerPath(503, "x", "Retry-After:3"), status: 503, want: "x"},
			{name: "599", path: answerPath(599, "x"), status: 599, want: "x"},
			{name: "a panic", path: "/panic", status: 500, want: "Internal Server Error"},
			{name: "a panic in an answer", path: "/panic?when=begun", status: 200, want: "half"},
			{name: "a panic in an answer with its length", path: "/panic?when=stated", status: 200, want: "half"},
		},
		"time": {
			{name: "an answer in two parts", path: "/stream", status: 200, want: "first\nsecond\n", talk: conversation.streamed},
			{name: "a head before its body", path: "/stream?head", not: headless, status: 200, want: "second\n", talk: conversation.streamed},
			{name: "a client that pauses", path: fmt.Sprintf("/big?n=%d", 4*medium), status: 200, want: largeUp[:4*medium], talk: conversation.pausing},
			{name: "early hints", path: "/hints", status: 202, want: "hinted"},
			{name: "trailers of an answer", path: "/trailers", head: "TE: trailers\r\n", status: 200},
			{name: "trailers of a request", method: "POST", path: "/trailers", head: textType + inChunks + "Trailer: X-Check\r\n", body: []string{chunked("X-Check: 9\r\n", "hi")}, status: 200, want: "hi"},
		},
		"ranges and conditions": {
			{name: "a file", path: "/file", status: 200, want: content},
			{name: "a range", path: "/file", head: "Range: bytes=2-4\r\n", status: 206, want: "234"},
			{name: "the last bytes", path: "/file", head: "Range: bytes=-3\r\n", status: 206, want: "hij"},
			{name: "a range beyond the end", path: "/file", head: "Range: bytes=90-\r\n", status: 416},
			{name: "a range of an answer without ranges", path: answerPath(200, "0123456789"), head: "Range: bytes=2-4\r\n", status: 200, want: "0123456789"},
			{name: "If-Range, the same", path: "/file", head: "Range: bytes=2-4\r\nIf-Range: \"v1\"\r\n", status: 206, want: "234"},
			{name: "If-Range, another", path: "/file", head: "Range: bytes=2-4\r\nIf-Range: \"v0\"\r\n", status: 200, want: content},
			{name: "If-None-Match, the same", path: "/file", head: "If-None-Match: \"v1\"\r\n", status: 304},
			{name: "If-None-Match, another", path: "/file", head: "If-None-Match: \"v0\"\r\n", status: 200, want: content},
			{name: "If-Modified-Since", path: "/file", head: "If-Modified-Since: " + modified.Format(http.TimeFormat) + "\r\n", status: 304},
			{name: "If-Modified-Since, ignored by the program", path: answerPath(200, "x", "Last-Modified:"+modified.Format(http.TimeFormat)), head: "If-Modified-Since: " + modified.Format(http.TimeFormat) + "\r\n", status: 200, want: "x"},
			{name: "If-Match, another", path: "/file", head: "If-Match: \"v0\"\r\n", status: 412},
		},
	}
}
