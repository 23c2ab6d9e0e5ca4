//go:build linux

package host

import (
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
)

func TestPublicURI(t *testing.T) {
	for target, want := range map[string]string{
		"/": "/", "/a/b": "/a/b", "/a?key=s": "/a", "/?s": "/", "/a?": "/a", "/a#s": "/a", "/a%3Fb": "/a%3Fb", "//x/a?s": "//x/a", "/a|b?s": "/a|b",
		"http://x/a?s": "/a", "http://ann:pw@x/a?s": "/a", "http://ann:pw@x?s": "", "http://ann:pw@x y/a": "x y/a",
		"*": "*", "x:443": "x:443", "": "",
	} {
		if got := publicURI(target); got != want {
			t.Errorf("%q: got %q, want %q", target, got, want)
		}
	}
}

// Scripts whose answers are logged in some way.
var loggedScripts = map[string]string{
	"standard error":       "echo oops >&2; printf 'Content-Type: a/b\\n\\n'",
	"exit status":          "printf 'Content-Type: a/b\\n\\n'; exit 3",
	"no output":            "exit 3",
	"bad head":             "echo none; echo",
	"too much":             "printf 'Content-Type: a/b\\nContent-Length: 1\\n\\nabc'",
	"too little":           "printf 'Content-Type: a/b\\nContent-Length: 9\\n\\nabc'",
	"endless redirect":     "printf 'Location: /edit?key=s3cret\\n\\n'",
	"redirect to nowhere":  "printf 'Location: /%%zz?key=s3cret\\n\\n'",
	"after the answer":     "printf 'Content-Type: a/b\\n\\n'; exec >&-; echo oops >&2; sleep 0.05; exit 3",
	"killed":               "printf 'Content-Type: a/b\\n\\n'; kill -KILL $$",
	"a header that is not": "printf 'Content-Type: a/b\\n\\n'",
}

// The query of a request is a secret. It is logged only with LogQuery.
func TestQueriesAreNotLogged(t *testing.T) {
	for name, text := range loggedScripts {
		for _, show := range []bool{false, true} {
			t.Run(fmt.Sprint(name, " ", show), func(t *testing.T) {
				t.Parallel()
				h := &Handler{Path: write(t, "script", "#!/bin/sh\n"+text+"\n"), LogQuery: show}
				j := logTo(h)
				srv := serve(t, h)
				for _, target := range []string{"/edit?key=s3cret", "http://ann:s3cret@x/edit?key=s3cret"} {
					speak(t, srv, "GET "+target+" HTTP/1.0\r\nHost: x\r\nReferer: http://x/edit?key=s3cret\r\nX_Y: s3cret\r\n\r\n")
				}
				h.Wait()
				if log := j.String(); strings.Contains(log, "s3cret") != show || !strings.Contains(log, "/edit") {
					t.Errorf("LogQuery %v, but the log is:\n%s", show, log)
				}
			})
		}
	}
}

// Requests that reach no script are logged without their query too.
func TestQueriesOfRefusedRequestsAreNotLogged(t *testing.T) {
	h := script(t, "env")
	h.ScriptName, h.MaxBody = "/app", 3
	j := logTo(h)
	url := serve(t, h)
	for _, text := range []string{
		"GET /other?key=s3cret HTTP/1.0\r\n\r\n", "GET /app/%00?key=s3cret HTTP/1.0\r\n\r\n", "GET /../?key=s3cret HTTP/1.0\r\n\r\n",
		"POST /app?key=s3cret HTTP/1.0\r\nContent-Length: 4\r\n\r\nabcd", "POST /app?key=s3cret HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n",
		"GET /app?key=s3cret" + strings.Repeat("x", 200_000) + " HTTP/1.0\r\n\r\n",
	} {
		speak(t, url, text)
	}
	if log := j.String(); strings.Contains(log, "s3cret") || strings.Count(log, "not answered") < 6 {
		t.Errorf("want six records without a query, got:\n%s", log)
	}
}

// speak sends a text to a server and reads to the end of the connection.
func speak(t *testing.T, url, text string) string {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	go io.WriteString(c, text)
	b, _ := io.ReadAll(c)
	return string(b)
}
