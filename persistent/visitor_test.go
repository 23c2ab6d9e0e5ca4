package persistent_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
)

// A visitor has one connection to a server.
type visitor interface {
	send(path string)
	// answer returns the body, and whether the server has announced that it closes the
	// connection. FastCGI has no such announcement.
	answer() (body string, last bool)
}

// A fastVisitor expects that each answer is the last one if it is told so.
type fastVisitor struct{ *fastClient }

func (v fastVisitor) answer() (string, bool) {
	_, _, body := v.receive()
	return body, true
}

type httpVisitor struct {
	net.Conn
	t *testing.T
	r *bufio.Reader
}

func (v httpVisitor) send(path string) {
	v.t.Helper()
	if _, err := io.WriteString(v, "GET "+path+" HTTP/1.1\r\nHost: ads\r\n\r\n"); err != nil {
		v.t.Fatal(err)
	}
}

func (v httpVisitor) answer() (string, bool) {
	v.t.Helper()
	resp, err := http.ReadResponse(v.r, nil)
	if err != nil {
		v.t.Fatal(err)
	}
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return string(b), resp.Close
}

// dial connects a visitor.
func dial(t *testing.T, addr net.Addr, fast bool) visitor {
	t.Helper()
	c := dialFast(t, addr)
	if fast {
		return fastVisitor{c}
	}
	return visit(t, c.Conn)
}

// visit returns a visitor over HTTP.
func visit(t *testing.T, c net.Conn) httpVisitor { return httpVisitor{c, t, bufio.NewReader(c)} }

// closed checks that the server closes the connection without a reset.
func closed(t *testing.T, who string, v visitor) {
	t.Helper()
	if n, err := v.(io.Reader).Read(make([]byte, 1)); n != 0 || !errors.Is(err, io.EOF) {
		t.Errorf("%s: the connection is not closed: read %d bytes (%v), want the end", who, n, err)
	}
}

func answers(t *testing.T, who string, v visitor, pid int, last bool) {
	t.Helper()
	if body, closing := v.answer(); body != fmt.Sprint("pid ", pid) || last && !closing {
		t.Errorf("%s: got the answer %q, the last on its connection: %v; want that of process %d, and %v", who, body, closing, pid, last)
	}
}

func parseAddr(t *testing.T, network, addr string) net.Addr {
	t.Helper()
	if network == "unix" {
		return &net.UnixAddr{Net: network, Name: addr}
	}
	a, err := net.ResolveTCPAddr("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	return a
}
