//go:build linux

package gateways_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// patience is the limit of one exchange. It decides nothing: an exchange that reaches it
// has failed.
const patience = 30 * time.Second

// An answer is a response as a client reads it, without the parts that belong to the
// connection.
type answer struct {
	status  int
	interim []string    // such as "103 Link: …"
	header  http.Header // without Date, Server and the fields of the connection
	body    string
	trailer http.Header
	cut     bool // the connection ended before the response did
}

// A wire is a connection on which a request is sent byte by byte, so that no client
// library makes it better than it is.
type wire struct {
	net.Conn
	r *bufio.Reader
}

func dial(t *testing.T, addr string) *wire {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(patience))
	return &wire{c, bufio.NewReader(c)}
}

// send writes the parts of a request, each by its own write. A server may answer, and
// close, before it has read everything.
func (w *wire) send(parts ...string) {
	go func() {
		for _, p := range parts {
			if _, err := io.WriteString(w, p); err != nil {
				return
			}
		}
	}()
}

// receive reads the response to a request with a method.
func (w *wire) receive(t *testing.T, method string) answer {
	t.Helper()
	a, r := w.head(t, method)
	b, err := io.ReadAll(r.Body)
	a.finish(t, string(b), r.Trailer, err)
	return a
}

// head reads a response up to its body. Without a response, the status is 0.
func (w *wire) head(t *testing.T, method string) (a answer, r *http.Response) {
	t.Helper()
	for {
		r, err := http.ReadResponse(w.r, &http.Request{Method: method})
		if err != nil {
			return a, &http.Response{Body: io.NopCloser(&broken{err})}
		}
		if r.StatusCode >= 200 {
			a.status, a.header = r.StatusCode, ofAnswer(r.Header)
			return a, r
		}
		if r.StatusCode != http.StatusContinue {
			a.interim = append(a.interim, fmt.Sprintf("%d %v", r.StatusCode, map[string][]string(ofAnswer(r.Header))))
		}
	}
}

// broken is a body that cannot be read.
type broken struct{ err error }

func (b *broken) Read([]byte) (int, error) { return 0, b.err }

// finish adds the end of a response.
func (a *answer) finish(t *testing.T, body string, trailer http.Header, err error) {
	t.Helper()
	a.body, a.cut, a.trailer = body, err != nil, trailer
	if timeout := net.Error(nil); errors.As(err, &timeout) && timeout.Timeout() {
		t.Errorf("the response did not end within %v", patience)
	}
}

// ofAnswer removes the fields of the connection and of the server. Servers may add a
// Content-Length, so that the body alone is compared.
func ofAnswer(h http.Header) http.Header {
	h = h.Clone()
	for _, name := range []string{"Date", "Server", "Connection", "Keep-Alive", "Transfer-Encoding", "Content-Length"} {
		h.Del(name)
	}
	return h
}

// unlike returns the differences between an answer and another, in words.
func (a answer) unlike(want answer) (found []string) {
	if a.status == 0 {
		return []string{fmt.Sprintf("the connection is closed, without status %d", want.status)}
	}
	if a.status != want.status {
		return []string{fmt.Sprintf("status %d, not %d", a.status, want.status)}
	}
	found = append(found, fieldsUnlike("", a.header, want.header)...)
	found = append(found, fieldsUnlike("trailer ", a.trailer, want.trailer)...)
	if !slices.Equal(a.interim, want.interim) {
		found = append(found, fmt.Sprintf("%d interim answers, not %d", len(a.interim), len(want.interim)))
	}
	if a.cut != want.cut {
		found = append(found, map[bool]string{true: "the answer is cut off", false: "the answer is not cut off"}[a.cut])
	}
	return append(found, linesUnlike(a.body, want.body)...)
}

func fieldsUnlike(kind string, got, want http.Header) (found []string) {
	for name := range want {
		switch g, w := strings.Join(got[name], ", "), strings.Join(want[name], ", "); {
		case got[name] == nil:
			found = append(found, "no "+kind+name)
		case g != w:
			found = append(found, fmt.Sprintf("%s%s: %s", kind, name, g))
		}
	}
	for name, values := range got {
		if want[name] == nil {
			found = append(found, "adds "+kind+name+": "+strings.Join(values, ", "))
		}
	}
	slices.Sort(found)
	return found
}

// linesUnlike returns the lines that only one of two bodies has. Of a large body it
// returns the length.
func linesUnlike(got, want string) (found []string) {
	switch {
	case got == want:
		return nil
	case len(got) > 2000 || len(want) > 2000:
		return []string{fmt.Sprintf("a body of %d bytes, not %d", len(got), len(want))}
	}
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for _, line := range w {
		if !slices.Contains(g, line) {
			found = append(found, "no line `"+line+"`")
		}
	}
	for _, line := range g {
		if !slices.Contains(w, line) {
			found = append(found, "line `"+line+"`")
		}
	}
	if len(found) > 4 {
		return []string{"another body"}
	}
	return found
}
