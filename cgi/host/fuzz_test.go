package host

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// FuzzMeta reads a request as the server does, and searches for meta-variables that no
// script should get: two of one name, a NUL, a path that leaves the root, a secret.
func FuzzMeta(f *testing.F) {
	for _, s := range []string{
		"GET /cgi/a/../b?c=d HTTP/1.1\r\nHost: [::1]:80\r\nX-A: b\r\nx_a: c\r\nX-A: d\r\n\r\n",
		"POST http://u:p@h/cgi/%2e%2e//%2Fx HTTP/1.0\r\nContent-Length: 0\r\nContent-Type: a/b\r\nProxy: x\r\n\r\n",
		"GET /cgi/x;y%00 HTTP/1.1\r\nHost: a\r\nAuthorization: Basic eDp5\r\nCookie: a=1\r\nCookie: b=2\r\n\r\n",
		"OPTIONS * HTTP/1.1\r\nHost: a:b:c\r\nX Y: z\r\n\r\n", "GET /cgi\\..\\x HTTP/1.1\r\nHost:\r\nX-É: ÿ\r\n\r\n",
	} {
		f.Add(s)
	}
	g := &Gateway{ScriptName: "/cgi", Root: "/srv", Env: []string{"HTTP_OWN=1"}}
	g.once.Do(g.init)
	f.Fuzz(func(t *testing.T, text string) {
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(text)))
		if err != nil {
			return
		}
		at, err := g.place(r.URL)
		if err != nil {
			return
		}
		seen := map[string]string{}
		for _, variable := range g.meta(r, at, 0) {
			name, value, _ := strings.Cut(variable, "=")
			if _, twice := seen[name]; twice || name == "" || strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") != "" || strings.Contains(value, "\x00") {
				t.Errorf("%q: got %q, with %q before", text, variable, seen)
			}
			seen[name] = value
		}
		if p := seen["PATH_INFO"] + "/"; strings.Contains(p, "/../") || strings.Contains(p, "/./") || strings.Contains(strings.TrimSuffix(p, "/"), "//") {
			t.Errorf("%q: got the path %q", text, p)
		}
		for _, secret := range []string{"HTTP_PROXY", "HTTP_AUTHORIZATION", "HTTP_PROXY_AUTHORIZATION"} {
			if v, ok := seen[secret]; ok {
				t.Errorf("%q: got %s=%q", text, secret, v)
			}
		}
	})
}

// FuzzResponse passes on any output of a script: the answer must not depend on the pieces
// in which it comes.
func FuzzResponse(f *testing.F) {
	for _, s := range []string{
		"Content-Type: a/b\n\nbody", "Status: 404 Gone Fishing\r\nContent-Length: 3\r\n\r\nabcd", "Content-Length: 9\n\nshort", "Status: 204\n\nx",
		"Location: /x?y\nSet-Cookie: a=b\n\n", "location: http://h/\n\n", "Traceback (most recent call last):\n", "\nContent-Type: a\n\n", "HTTP/1.0 200 OK\nA: b\n\nc", "<html>",
	} {
		f.Add([]byte(s), false)
		f.Add([]byte(s), true)
	}
	f.Fuzz(func(t *testing.T, output []byte, head bool) {
		if whole, parts := answered(output, len(output), head), answered(output, 1, head); whole != parts {
			t.Errorf("%q: in one piece\n%s\nin many\n%s", output, whole, parts)
		}
	})
}

// answered returns the answer to a request whose script writes output in pieces of a size.
func answered(output []byte, size int, head bool) string {
	g := &Gateway{Respond: func(_ context.Context, _ *Request, rs *Response) error {
		for rest := output; len(rest) > 0; rest = rest[min(size, len(rest)):] {
			if _, err := rs.Write(rest[:min(size, len(rest))]); err != nil {
				return err
			}
		}
		return nil
	}}
	g.Redirect = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.Method, " ", r.URL) })
	r := httptest.NewRequest("GET", "/", nil)
	if head {
		r.Method = "HEAD"
	}
	w, cut := httptest.NewRecorder(), any(nil)
	func() {
		defer func() { cut = recover() }()
		g.ServeHTTP(w, r)
	}()
	return fmt.Sprint(w.Code, w.Header(), w.Body, cut)
}
