//go:build linux

package host

import (
	"net/http"
	"strings"
	"testing"
)

// respond makes a script write text.
func respond(t testing.TB, url, text string) reply {
	t.Helper()
	return do(t, request(t, "POST", url, strings.NewReader(text)))
}

func TestResponses(t *testing.T) {
	h := script(t, "says")
	j := logTo(h)
	url := serve(t, h)
	const bad = "Bad Gateway\n"
	for _, c := range []struct {
		name, said string
		status     int
		body       string
		header     string // expected, as "Name: value"
		logged     string
	}{
		{"document", "Content-Type: text/html\r\n\r\nhi", 200, "hi", "Content-Type: text/html", ""},
		{"lines end in LF", "Content-Type: text/html\n\nhi", 200, "hi", "Content-Type: text/html", ""},
		{"case of names", "CONTENT-TYPE: text/html\nstatus: 404 gone fishing\n\nhi", 404, "hi", "Content-Type: text/html", ""},
		{"status does not leak", "Status: 201\nContent-Type: text/html\n\nhi", 201, "hi", "Status: ", ""},
		{"status alone", "Status: 204 No Content\n\n", 204, "", "", ""},
		{"no body where none may be", "Status: 304\nContent-Type: a/b\n\nhi", 304, "", "", ""},
		{"no guess of a type", "Status: 200\n\n<html>", 200, "<html>", "Content-Type: ", ""},
		{"spaces around a value", "Content-Type:text/html \t\nX-A:  \tb\t\n\n", 200, "", "X-A: b", ""},
		{"a field twice", "Content-Type: a/b\nSet-Cookie: a=1\nSet-Cookie: b=2\n\n", 200, "", "Set-Cookie: a=1; b=2", ""},
		{"the last counts", "Content-Type: a/b\nContent-Type: c/d\nStatus: 404\nStatus: 410\n\n", 410, "", "Content-Type: c/d", ""},
		{"a long line", "Content-Type: a/b\nX-Long: " + strings.Repeat("l", 60000) + "\n\nhi", 200, "hi", "X-Long: " + strings.Repeat("l", 60000), ""},
		{"the connection is ours", "Content-Type: a/b\nTransfer-Encoding: chunked\nConnection: close\nUpgrade: x\n\nhi", 200, "hi", "Upgrade: ", ""},
		{"client redirect", "Location: http://example.org/x\n\n", 302, "", "Location: http://example.org/x", ""},
		{"client redirect, relative", "Location: x?y\n\n", 302, "", "Location: x?y", ""},
		{"client redirect with a document", "Status: 301 Moved\nLocation: http://example.org/x\nContent-Type: a/b\n\nthere", 301, "there", "Location: http://example.org/x", ""},
		{"client redirect to a path", "Status: 303 See Other\nLocation: /x\n\n", 303, "", "Location: /x", ""},
		{"client redirect with a fragment", "Location: /x#y\n\n", 302, "", "Location: /x#y", ""},

		{"no word", "", 502, bad, "", "ended without output"},
		{"no head", "\nhi", 502, bad, "", "neither Content-Type nor Location nor Status"},
		{"no end of the head", "Content-Type: a/b\nX", 502, bad, "", "ended within the head"},
		{"no type", "X-A: b\n\nhi", 502, bad, "", "neither Content-Type nor Location nor Status"},
		{"not a field", "Content-Type: a/b\nPanic at the disco\n\n", 502, bad, "", `not a header field: \"Panic at the disco\"`},
		{"not a name", "Content-Type: a/b\nX A: b\n\n", 502, bad, "", "not a header field"},
		{"a control character", "Content-Type: a/b\nX-A: b\x00c\n\n", 502, bad, "", "not a header field"},
		{"a folded line", "Content-Type: a/b\n X-A: b\n\n", 502, bad, "", "not a header field"},
		{"bad status", "Status: fine\nContent-Type: a/b\n\nhi", 502, bad, "", `status \"fine\"`},
		{"short status", "Status: 20\n\n", 502, bad, "", `status \"20\"`},
		{"long status", "Status: 2000\n\n", 502, bad, "", `status \"2000\"`},
		{"informational status", "Status: 103 Early Hints\n\n", 502, bad, "", `status \"103 Early Hints\"`},
		{"bad length", "Content-Type: a/b\nContent-Length: -1\n\n", 502, bad, "", `Content-Length \"-1\"`},
		{"endless head", "X-A: " + strings.Repeat("l", 70000), 502, bad, "", "longer than 65536 bytes"},
		{"a status line", "HTTP/1.1 200 OK\nContent-Type: a/b\n\nhi", 502, bad, "", "not a header field"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := respond(t, url, c.said)
			got.want(t, c.status, c.body)
			if name, value, ok := strings.Cut(c.header, ": "); ok && strings.Join(got.Header[name], "; ") != value {
				t.Errorf("got %s: %q, want %q", name, got.Header[name], value)
			}
			if c.logged != "" {
				j.await(t, c.logged)
			}
		})
	}
}

func TestHeadHasNoBody(t *testing.T) {
	url := serve(t, script(t, "length"))
	got := do(t, request(t, "HEAD", url+"/?5:0:", nil))
	got.want(t, 200, "")
	if got.ContentLength != 5 {
		t.Errorf("got Content-Length %d, want 5", got.ContentLength)
	}
}

func TestContentLength(t *testing.T) {
	h := script(t, "length")
	j := logTo(h)
	url := serve(t, h)
	get(t, url+"/?5:5:").want(t, 200, "xxxxx")
	get(t, url+"/?5:9:").want(t, 200, "xxxxx")
	j.await(t, "script wrote more than its Content-Length")
	if got := get(t, url+"/?9:5:"); got.err == nil {
		t.Errorf("got a whole response, want an error: %s", got)
	}
	j.await(t, "the script ended 4 bytes short of its Content-Length")
}

// A response is complete with its Content-Length, whatever the script does then.
// The script must go on even if the client leaves.
func TestCompleteBeforeTheScriptEnds(t *testing.T) {
	h := script(t, "length")
	h.Timeout = 2 * grace
	j := logTo(h)
	get(t, serve(t, h)+"/?5:5:t").want(t, 200, "xxxxx")
	j.await(t, "tarrying")
	j.await(t, "script failed after its response")
	if strings.Contains(j.String(), "context canceled") {
		t.Errorf("the script was ended because the client left:\n%s", j)
	}
}

func TestKilledScriptIsNoCompleteResponse(t *testing.T) {
	h := script(t, "killed")
	j := logTo(h)
	if got := get(t, serve(t, h)); got.err == nil {
		t.Errorf("got a whole response, want an error: %s", got)
	}
	j.await(t, "signal: killed")
}

func TestMiddlewareHeaderStays(t *testing.T) {
	h := script(t, "says")
	middleware := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Set-Cookie", "m=1")
		w.Header().Set("Content-Type", "m/m")
		h.ServeHTTP(w, r)
	})
	url := serveHandler(t, middleware)
	got := respond(t, url, "Content-Type: a/b\nSet-Cookie: s=2\n\n")
	if c := strings.Join(got.Header["Set-Cookie"], "; "); c != "m=1; s=2" {
		t.Errorf("got cookies %q, want both", c)
	}
	if c := got.Header["Content-Type"]; len(c) != 1 || c[0] != "a/b" {
		t.Errorf("got type %q, want the script's", c)
	}
}
