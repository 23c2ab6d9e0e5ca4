package host

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
)

func TestHeadEnd(t *testing.T) {
	for s, want := range map[string]int{
		"": -1, "\n": 1, "\r\n": 2, "\r": -1, "a": -1, "a\n": -1, "a\n\n": 3, "a\r\n\r\n": 5, "a\n\r\n": 4, "a\r\n\n": 4,
		"a\n\r": -1, "a\nb\n\nc\n\n": 5, "a\n\rb\n\n": 6,
	} {
		if got := headEnd([]byte(s)); got != want {
			t.Errorf("headEnd(%q) = %d, want %d", s, got, want)
		}
	}
}

// FuzzHead searches for heads that are accepted although net/http would send them
// differently or not at all, and for an end that depends on how the head was split.
func FuzzHead(f *testing.F) {
	for _, s := range []string{
		"Content-Type: a/b\n\n", "Status: 404 Not Found\r\nX-A:b\r\n\r\nbody", "Location: /x\n\n", "location: http://x/\nset-cookie: a\nset-cookie: b\n\n",
		"HTTP/1.1 200 OK\nA: b\n\n", "Status: 204\nContent-Length: 0\n\n", "A b: c\n\n", "\n", "Transfer-Encoding: chunked\nStatus: 200\n\n",
	} {
		f.Add([]byte(s), false)
	}
	f.Fuzz(func(t *testing.T, b []byte, raw bool) {
		end := headEnd(b)
		for i := range b {
			if got := headEnd(b[:i]); got >= 0 && got != end {
				t.Fatalf("headEnd is %d for the first %d bytes, but %d for all", got, i, end)
			}
		}
		if end < 0 {
			return
		}
		h, err := parseHead(b[:end], raw)
		if err != nil {
			return
		}
		if h.local() != (h.status == 0) || h.status != 0 && (h.status < 200 || h.status > 599) {
			t.Errorf("accepted: status %d, location %q", h.status, h.location)
		}
		if h.header.Get("Transfer-Encoding")+h.header.Get("Connection")+h.header.Get("Status") != "" {
			t.Errorf("accepted fields that must not be passed on: %v", h.header)
		}
		var sent bytes.Buffer
		if err := h.header.Write(&sent); err != nil {
			t.Fatal(err)
		}
		for name, values := range h.header {
			for _, v := range values {
				if !strings.Contains(sent.String(), name+": "+v+"\r\n") || http.CanonicalHeaderKey(name) != name {
					t.Errorf("%q: %q is sent as %q", name, v, &sent)
				}
			}
		}
	})
}
