package fastcgi

import (
	"io"
	"net"
	"strings"
	"testing"
)

// params reads a request to its end, and returns its parameters.
func params(r *reader) map[string]string {
	var b []byte
	for {
		rec, err := r.next()
		if err != nil {
			return nil
		}
		switch {
		case rec.kind == typeParams:
			b = append(b, rec.content...)
		case rec.kind == typeStdin && len(rec.content) == 0:
			env, _ := parsePairs(b)
			return env
		}
	}
}

// The application gets the request target as the client sent it, and the
// credentials if PassAuth is set.
func TestRequestIsPassedOnAsItCame(t *testing.T) {
	addr := backend(t, func(conn net.Conn, _ int) {
		for r := newReader(conn); ; {
			env := params(r)
			if env == nil {
				return
			}
			conn.Write(answer("Content-Type: text/plain\n\n" + env["REQUEST_URI"] + " " + env["HTTP_AUTHORIZATION"]))
		}
	})
	for _, pass := range []bool{false, true} {
		h := &Handler{Addr: addr, MaxConns: 1, PassAuth: pass}
		logTo(h)
		url := front(t, h)
		for _, target := range []string{"/a|b", "/{{Ann}}", "//x", "/%7e", "/a%2fb", "/?q={x}|\xff", "http://example.org/x|y"} {
			c, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
			if err != nil {
				t.Fatal(err)
			}
			io.WriteString(c, "GET "+target+" HTTP/1.0\r\nHost: x\r\nAuthorization: Bearer y\r\n\r\n")
			b, err := io.ReadAll(c)
			c.Close()
			want := target + " " + map[bool]string{true: "Bearer y"}[pass]
			if _, body, _ := strings.Cut(string(b), "\r\n\r\n"); err != nil || body != want {
				t.Errorf("got %q, %v, want %q", body, err, want)
			}
		}
	}
}
