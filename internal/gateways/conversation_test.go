//go:build linux

package gateways_test

import (
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A conversation is one exchange of a row with one way.
type conversation struct {
	row
	addr string
	dir  string // for FIFOs
}

// requestHead returns the head of the row's request.
func (c conversation) requestHead(version, connection string) string {
	method := c.method
	if method == "" {
		method = "GET"
	}
	return method + " " + appPath + c.path + " HTTP/" + version + "\r\nHost: site.example:81\r\n" + c.head + "Connection: " + connection + "\r\n\r\n"
}

// exchange sends the request, and returns the answer.
func (c conversation) exchange(t *testing.T) answer {
	t.Helper()
	if c.talk != nil {
		return c.talk(c, t)
	}
	w := dial(t, c.addr)
	w.send(append([]string{c.requestHead("1.1", "close")}, c.body...)...)
	return w.receive(t, c.method)
}

// inBytes sends each byte by its own write.
func (c conversation) inBytes(t *testing.T) answer {
	w := dial(t, c.addr)
	w.send(append(pieces(c.requestHead("1.1", "close"), 1), c.body...)...)
	return w.receive(t, c.method)
}

func (c conversation) http10(t *testing.T) answer {
	w := dial(t, c.addr)
	w.send(c.requestHead("1.0", "close"))
	return w.receive(t, c.method)
}

// twice sends a second request after the first answer, and returns the second answer.
func (c conversation) twice(t *testing.T) answer {
	w := dial(t, c.addr)
	w.send(c.requestHead("1.1", "keep-alive"))
	first := w.receive(t, c.method)
	w.send(c.requestHead("1.1", "close"))
	return both(first, w.receive(t, c.method))
}

// pipelined sends two requests before it reads.
func (c conversation) pipelined(t *testing.T) answer {
	w := dial(t, c.addr)
	w.send(c.requestHead("1.1", "keep-alive") + c.requestHead("1.1", "close"))
	return both(w.receive(t, c.method), w.receive(t, c.method))
}

// both joins the bodies of two answers.
func both(first, second answer) answer {
	second.body = first.body + "\n" + second.body
	return second
}

// streamed opens the gate for the second part when it has the first: if a server kept
// the first part back, the exchange would not end.
func (c conversation) streamed(t *testing.T) answer {
	gate := filepath.Join(c.dir, strings.Map(letters, c.name+c.addr))
	if err := syscall.Mkfifo(gate, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(gate, 0o666); err != nil {
		t.Fatal(err)
	}
	defer os.Remove(gate)
	if c.path += "?gate="; strings.Count(c.path, "?") > 1 {
		c.path = strings.Replace(c.path, "?gate=", "&gate=", 1)
	}
	c.path += url.QueryEscape(gate)
	w := dial(t, c.addr)
	w.send(c.requestHead("1.1", "close"))
	return w.gated(t, gate, strings.Contains(c.want, "first"))
}

func letters(r rune) rune {
	if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
		return r
	}
	return '-'
}

// gated reads the first part, opens the gate, and reads the rest.
func (w *wire) gated(t *testing.T, gate string, first bool) answer {
	t.Helper()
	a, r := w.head(t, "GET")
	part := make([]byte, len("first\n"))
	if !first {
		part = nil
	}
	if _, err := io.ReadFull(r.Body, part); err != nil {
		t.Fatalf("read the first part: %v", err)
	}
	if err := os.WriteFile(gate, nil, 0); err != nil { // returns when the program has opened it
		t.Fatal(err)
	}
	rest, err := io.ReadAll(r.Body)
	a.finish(t, string(part)+string(rest), r.Trailer, err)
	return a
}

// pausing reads the beginning of an answer that no buffer holds, has another request
// answered, and then reads the rest.
func (c conversation) pausing(t *testing.T) answer {
	w := dial(t, c.addr)
	w.Conn.(*net.TCPConn).SetReadBuffer(64 << 10)
	w.send(c.requestHead("1.1", "close"))
	a, r := w.head(t, c.method)
	beginning := make([]byte, 1000)
	if _, err := io.ReadFull(r.Body, beginning); err != nil {
		t.Errorf("read the beginning: %v", err)
	}
	c.path = "/digest"
	other := dial(t, c.addr)
	other.send(c.requestHead("1.1", "close"))
	if b := other.receive(t, c.method); b.status != http.StatusOK {
		t.Errorf("the other request got status %d", b.status)
	}
	rest, err := io.ReadAll(r.Body)
	a.finish(t, string(beginning)+string(rest), r.Trailer, err)
	return a
}
