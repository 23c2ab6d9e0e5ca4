package load_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/scenarios"
)

// A wire is a server that records each request byte for byte.
type wire struct {
	*load.Client
	addr string
	seen chan string
}

func newWire(tb testing.TB) *wire {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	w := &wire{addr: l.Addr().String(), seen: make(chan string, 1)}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() { w.serve(conn) })
		}
	})
	if w.Client, err = load.NewClient("http://"+w.addr, load.Options{}); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { w.Close(); l.Close(); all.Wait() })
	return w
}

// serve reads requests from a connection until it is closed.
func (w *wire) serve(conn net.Conn) {
	defer conn.Close()
	var raw bytes.Buffer
	for r := bufio.NewReader(conn); ; raw.Reset() {
		head, err := readHead(r, &raw)
		if err != nil {
			return
		}
		if _, err := io.CopyN(&raw, r, head.ContentLength); err != nil {
			return
		}
		w.seen <- raw.String()
		if _, err := io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"); err != nil {
			return
		}
	}
}

// readHead reads the head of a request, and copies it to raw.
func readHead(r *bufio.Reader, raw *bytes.Buffer) (*http.Request, error) {
	for !bytes.HasSuffix(raw.Bytes(), []byte("\r\n\r\n")) {
		line, err := r.ReadBytes('\n')
		if err != nil {
			return nil, err
		}
		raw.Write(line)
	}
	return http.ReadRequest(bufio.NewReader(bytes.NewReader(raw.Bytes())))
}

// ask sends a request of the route, and returns its bytes.
func (w *wire) ask(tb testing.TB, m scenarios.Route, draw map[string]scenarios.Draw) string {
	tb.Helper()
	m.Weight = 1
	r, err := load.NewRequests([]scenarios.Route{m}, draw, nil, 1)
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := w.Ask(context.Background(), r, 0); err != nil {
		tb.Fatal(err)
	}
	return <-w.seen
}

func list(values ...string) scenarios.Draw { return scenarios.Draw{List: values} }

func TestARequestIsSentAsItIsWritten(t *testing.T) {
	w := newWire(t)
	draw := map[string]scenarios.Draw{
		"id": list("7"), "path": list(`a/b|c?d=%20`), "text": list(`a/b "c"&<é>`), "url": list("//x/../y?u=http://z/"),
		"odd": list("a b#c\r\nX: y"), "site": list("one.example"), "json": list(`[1,{"a":null}]`),
	}
	form := func(kind string, fields ...scenarios.Field) scenarios.Route {
		return scenarios.Route{Method: "POST", Path: "/", Type: kind, Form: fields}
	}
	body := func(kind, text string) scenarios.Route {
		return scenarios.Route{Method: "POST", Path: "/", Type: kind, Body: text}
	}
	for _, c := range []struct {
		name string
		m    scenarios.Route
		want string // {addr} is the target's address, 90 the length of any body
	}{
		{"path and query", scenarios.Route{Method: "GET", Path: "/s/{text}/{{Ann}}/|?q={text}&{path...}#{id}"},
			"GET /s/a%2Fb%20%22c%22&%3C%C3%A9%3E/{Ann}/|?q=a%2Fb+%22c%22%26%3C%C3%A9%3E&a/b|c?d=%20#7 HTTP/1.1\r\nHost: {addr}\r\n\r\n"},
		{"raw path", scenarios.Route{Method: "GET", Path: "/{path...}"}, "GET /a/b|c?d=%20 HTTP/1.1\r\nHost: {addr}\r\n\r\n"},
		{"a whole address", scenarios.Route{Method: "DELETE", Path: "{url...}"}, "DELETE //x/../y?u=http://z/ HTTP/1.1\r\nHost: {addr}\r\nContent-Length: 0\r\n\r\n"},
		{"an empty query", scenarios.Route{Method: "GET", Path: "/?"}, "GET /? HTTP/1.1\r\nHost: {addr}\r\n\r\n"},
		{"a raw value stays within the address", scenarios.Route{Method: "GET", Path: "/{odd...}"}, "GET /a%20b%23c%0D%0AX:%20y HTTP/1.1\r\nHost: {addr}\r\n\r\n"},
		{"a value stays within its header field", scenarios.Route{Method: "GET", Path: "/", Header: []scenarios.Field{{Name: "A", Value: "{odd}"}}},
			"GET / HTTP/1.1\r\nHost: {addr}\r\nA: a b#c  X: y\r\n\r\n"},
		{"header fields as they are, in order", scenarios.Route{Method: "GET", Path: "/", Header: []scenarios.Field{
			{Name: "x-b", Value: "1"}, {Name: "Cookie", Value: `b="x y"; a=1; b`}, {Name: "X_A", Value: "{text}"}, {Name: "x-b", Value: "{id}"}, {Name: "user-agent", Value: "me"}}},
			"GET / HTTP/1.1\r\nHost: {addr}\r\nx-b: 1\r\nCookie: b=\"x y\"; a=1; b\r\nX_A: a/b \"c\"&<é>\r\nx-b: 7\r\nuser-agent: me\r\n\r\n"},
		{"a host of its own", scenarios.Route{Method: "GET", Path: "/x", Header: []scenarios.Field{{Name: "A", Value: "b"}, {Name: "host", Value: "WWW.{site}:81"}}},
			"GET /x HTTP/1.1\r\nHost: WWW.one.example:81\r\nA: b\r\n\r\n"},
		{"repeated form fields", form("", scenarios.Field{Name: "t[{id}]", Value: "{{a}} é"}, scenarios.Field{Name: "u", Value: "{text}"}, scenarios.Field{Name: "t[{id}]", Value: "{path...}"}),
			"POST / HTTP/1.1\r\nHost: {addr}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 90\r\n\r\n" +
				"t%5B7%5D=%7Ba%7D+%C3%A9&u=a%2Fb+%22c%22%26%3C%C3%A9%3E&t%5B7%5D=a/b|c?d=%20"},
		{"JSON", body("application/json", `{"ok":true,"id":{id},"t":"{text}","j":{json...},"in":{"a":{}}}`),
			"POST / HTTP/1.1\r\nHost: {addr}\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n" +
				`{"ok":true,"id":7,"t":"a/b \"c\"&<é>","j":[1,{"a":null}],"in":{"a":{}}}`},
		{"XML", body("text/xml; charset=utf-8", `<a b="{text}">{id}</a>`),
			"POST / HTTP/1.1\r\nHost: {addr}\r\nContent-Type: text/xml; charset=utf-8\r\nContent-Length: 90\r\n\r\n" +
				`<a b="a/b &#34;c&#34;&amp;&lt;é&gt;">7</a>`},
		{"text", body("text/plain", "{text} {id}\n"),
			"POST / HTTP/1.1\r\nHost: {addr}\r\nContent-Type: text/plain\r\nContent-Length: 90\r\n\r\n" + "a/b \"c\"&<é> 7\n"},
		{"a type without a body", body("application/json", ""),
			"POST / HTTP/1.1\r\nHost: {addr}\r\nContent-Type: application/json\r\nContent-Length: 0\r\n\r\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := strings.ReplaceAll(c.want, "{addr}", w.addr)
			if head, body, _ := strings.Cut(want, "\r\n\r\n"); body != "" {
				want = strings.Replace(head, "Content-Length: 90", fmt.Sprint("Content-Length: ", len(body)), 1) + "\r\n\r\n" + body
			}
			if got := w.ask(t, c.m, draw); got != want {
				t.Errorf("got  %q\nwant %q", got, want)
			}
		})
	}
}

// Every drawn value must arrive unchanged, in each place.
func FuzzDrawnValuesArrive(f *testing.F) {
	for _, seed := range []string{"", "a b", `"\/`, "é\u2028<&>'", "a\r\nb: c", "..", "%20+&=;#?{}", "\x00\x1f", "\xff"} {
		f.Add(seed)
	}
	w := newWire(f)
	f.Fuzz(func(t *testing.T, v string) {
		draw := map[string]scenarios.Draw{"v": list(v)}
		field := []scenarios.Field{{Name: "f", Value: "{v}"}, {Name: "{v}", Value: "x"}}
		read := func(m scenarios.Route) (*http.Request, []byte) {
			m.Method = "POST"
			raw := w.ask(t, m, draw)
			r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(raw)))
			if err != nil {
				t.Fatalf("%q: %v", raw, err)
			}
			body, err := io.ReadAll(r.Body)
			if err != nil {
				t.Fatalf("%q: %v", raw, err)
			}
			return r, body
		}
		is := func(place, got string) {
			if got != v {
				t.Errorf("%s: got %q, want %q", place, got, v)
			}
		}
		r, body := read(scenarios.Route{Path: "/a/{v}/b?q={v}", Form: field})
		is("path", strings.TrimSuffix(strings.TrimPrefix(r.URL.Path, "/a/"), "/b"))
		is("query", r.URL.Query().Get("q"))
		values, err := url.ParseQuery(string(body))
		if err != nil || !slices.Equal(values[v], []string{"x"}) && v != "f" {
			t.Errorf("form %q: %v, %v", body, values, err)
		}
		is("form", values.Get("f"))

		if !utf8.ValidString(v) {
			return
		}
		_, body = read(scenarios.Route{Path: "/", Type: "application/json", Body: `{"a":{"b":"{v}"}}`})
		var j struct{ A struct{ B string } }
		if err := json.Unmarshal(body, &j); err != nil {
			t.Errorf("JSON %q: %v", body, err)
		}
		is("JSON", j.A.B)

		if strings.IndexFunc(v, func(c rune) bool { return c < ' ' && !strings.ContainsRune("\t\r\n", c) || c == 0xfffe || c == 0xffff }) < 0 {
			_, body = read(scenarios.Route{Path: "/", Type: "application/xml", Body: `<a b="{v}"/>`})
			var x struct {
				B string `xml:"b,attr"`
			}
			if err := xml.Unmarshal(body, &x); err != nil {
				t.Errorf("XML %q: %v", body, err)
			}
			is("XML", x.B)
		}

		r, body = read(scenarios.Route{Path: "/", Type: scenarios.Multipart, Form: field[:1]})
		_, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		if err != nil {
			t.Fatal(err)
		}
		parts, err := multipart.NewReader(bytes.NewReader(body), params["boundary"]).ReadForm(1 << 20)
		if err != nil {
			t.Fatalf("multipart %q: %v", body, err)
		}
		is("multipart", parts.Value["f"][0])
	})
}
