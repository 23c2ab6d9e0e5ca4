package wire_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/classibench/classibench/internal/wire"
)

// serve serves a handler with Install until the end of the test.
func serve(t testing.TB, network string, h http.HandlerFunc) net.Addr {
	t.Helper()
	addr := "127.0.0.1:0"
	if network == "unix" {
		addr = filepath.Join(t.TempDir(), "s")
	}
	l, err := net.Listen(network, addr)
	if err != nil {
		t.Fatal(err)
	}
	srv := &http.Server{Handler: h}
	served := make(chan error, 1)
	go func() { served <- srv.Serve(wire.Install(srv, l)) }()
	t.Cleanup(func() {
		srv.Close()
		<-served
	})
	return l.Addr()
}

// speak sends requests, and returns the answers and whether the server closed the
// connection after them.
func speak(t testing.TB, addr net.Addr, text string, most int) (answers []string, closed bool) {
	t.Helper()
	c, err := net.Dial(addr.Network(), addr.String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
	for r := bufio.NewReader(c); len(answers) < most; {
		rs, err := http.ReadResponse(r, nil)
		if err != nil {
			return answers, true
		}
		body, err := io.ReadAll(rs.Body)
		if err != nil {
			t.Fatal(err)
		}
		answers = append(answers, rs.Status+" "+string(body))
		closed = rs.Close
	}
	return answers, closed
}

func echo(w http.ResponseWriter, r *http.Request) {
	b, _ := io.ReadAll(r.Body)
	fmt.Fprintf(w, "%s %s", r.URL.Path, b)
}

const second = "GET /second HTTP/1.1\r\nHost: x\r\n\r\n"

// A request with two lengths is refused, or answered before the connection is closed: what
// follows is not taken for a request.
func TestUnclearLengthsCloseTheConnection(t *testing.T) {
	const chunked = "5\r\nhello\r\n0\r\n\r\n"
	for name, c := range map[string]struct {
		head, body string
		keep       bool
	}{
		"both":                {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", chunked, false},
		"both, other order":   {"POST / HTTP/1.1\r\nHost: x\r\ntransfer-encoding: chunked\r\nCONTENT-LENGTH: 15\r\n\r\n", chunked, false},
		"both in HTTP/1.0":    {"POST / HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 15\r\nTransfer-Encoding: chunked\r\n\r\n", chunked, false},
		"encoded in HTTP/1.0": {"GET / HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n", "", false},
		"both in LF":          {"POST / HTTP/1.1\nHost: x\nContent-Length: 3\nTransfer-Encoding: chunked\n\n", chunked, false},
		"both, continued":     {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n 3\r\nTransfer-Encoding:\r\n chunked\r\n\r\n", chunked, false},
		"continued length":    {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n 11\r\n\r\n", "X HTTP/1.1\n", false},
		"continued by a tab":  {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n\t11\r\n\r\n", "X HTTP/1.1\n", false},
		"continued encoding":  {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding:\r\n chunked\r\n\r\n", chunked, false},
		"continued by blanks": {"GET / HTTP/1.1\r\nHost: x\r\nX-A: b\r\n \r\n\r\n", "", false},
		"continued field":     {"POST / HTTP/1.1\r\nHost: x\r\nX-A: b\r\n Content-Length: 5\r\n\r\n", "", false},
		"another encoding":    {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: xchunked\r\n\r\n", "abc", false},
		"two encodings":       {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n", chunked, false},
		"two lengths":         {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n", "abcd", false},
		"length":              {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n", "hello", true},
		"encoding":            {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", "5;x=y\r\nhello\r\n0\r\nX-A: b\r\n\r\n", true},
		"neither":             {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "", true},
		"names in the body":   {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 62\r\n\r\n", "\r\nA / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"[:62], true},
		"names in a chunk":    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", "17\r\n\r\n\r\nContent-Length: 3\r\n\r\n0\r\n\r\n", true},
		"other names":         {"GET / HTTP/1.1\r\nHost: x\r\nX-Content-Length: 3\r\nX-Transfer-Encoding: chunked\r\n\r\n", "", true},
	} {
		t.Run(name, func(t *testing.T) {
			answers, closed := speak(t, serve(t, "tcp", echo), c.head+c.body+second, 2)
			if c.keep && (len(answers) != 2 || !strings.HasPrefix(answers[0], "200 OK / ") || answers[1] != "200 OK /second ") {
				t.Errorf("got %q, want two answers", answers)
			}
			if !c.keep && (len(answers) != 1 || !closed) {
				t.Errorf("got %q, closed %v, want one answer and the end of the connection", answers, closed)
			}
		})
	}
}

// A head of more than 1,000 fields is refused, of the first request and of a later one.
func TestFieldsAreCounted(t *testing.T) {
	addr := serve(t, "tcp", echo)
	const tooLarge = "431 Request Header Fields Too Large 431 Request Header Fields Too Large"
	head := func(fields int) string { // with Host
		return "GET /many HTTP/1.1\r\nHost: x\r\n" + strings.Repeat("X-Y: z\r\n", fields-1) + "\r\n"
	}
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"as many as may be":  {head(1000) + second, []string{"200 OK /many ", "200 OK /second "}},
		"counted for each":   {head(900) + head(900) + second, []string{"200 OK /many ", "200 OK /many ", "200 OK /second "}},
		"too many":           {head(1001) + second, []string{tooLarge}},
		"too many, no end":   {strings.TrimSuffix(head(2000), "\r\n"), []string{tooLarge}},
		"too many, later":    {second + head(5000), []string{"200 OK /second ", tooLarge}},
		"too many, LF alone": {strings.ReplaceAll(head(1001), "\r", ""), []string{tooLarge}},
	} {
		t.Run(name, func(t *testing.T) {
			if answers, _ := speak(t, addr, c.text, len(c.want)); fmt.Sprintf("%q", answers) != fmt.Sprintf("%q", c.want) {
				t.Errorf("got %q, want %q", answers, c.want)
			}
		})
	}
}

// A later request of unclear length closes the connection too, in whatever parts it comes.
func TestUnclearLengthsInParts(t *testing.T) {
	addr := serve(t, "tcp", echo)
	c, err := net.Dial("tcp", addr.String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	r := bufio.NewReader(c)
	for _, text := range []string{second, "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab", "POST /b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"} {
		for _, b := range []byte(text) {
			c.Write([]byte{b})
		}
		rs, err := http.ReadResponse(r, nil)
		if err != nil || rs.Close {
			t.Fatalf("%q: got %v, %v, want an open connection", text, rs, err)
		}
		io.Copy(io.Discard, rs.Body)
	}
	for _, b := range []byte("POST /c HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n") {
		c.Write([]byte{b})
	}
	rs, err := http.ReadResponse(r, nil)
	if err != nil || !rs.Close {
		t.Fatalf("got %v, %v, want Connection: close", rs, err)
	}
}

// The reason phrase is that of its response alone.
func TestReasonPhrases(t *testing.T) {
	long := strings.Repeat("r", 5000)
	for _, network := range []string{"tcp", "unix"} {
		addr := serve(t, network, func(w http.ResponseWriter, r *http.Request) {
			phrase := r.Header.Get("X-Phrase")
			wire.SetReason(r, phrase)
			w.Header().Set("X-Long", strings.Repeat("l", 6000))
			w.WriteHeader(404)
			io.WriteString(w, "body")
		})
		for _, version := range []string{"1.1", "1.0"} {
			text, want := "", []string{}
			for _, phrase := range []string{"No Such Ad", "", "Nicht gefunden äöü \xff", long, "404", ""} {
				text += "GET / HTTP/" + version + "\r\nHost: x\r\nConnection: keep-alive\r\nX-Phrase: " + phrase + "\r\n\r\n"
				if phrase == "" {
					phrase = "Not Found"
				}
				want = append(want, "404 "+phrase+" body")
			}
			if answers, _ := speak(t, addr, text, len(want)); fmt.Sprintf("%q", answers) != fmt.Sprintf("%q", want) {
				t.Errorf("%s, HTTP/%s: got %.300q\nwant %.300q", network, version, answers, want)
			}
		}
	}
}

// A server without Install sends the standard phrase.
func TestReasonWithoutInstall(t *testing.T) {
	r, err := http.NewRequest("GET", "/", nil)
	if err != nil {
		t.Fatal(err)
	}
	wire.SetReason(r, "x")
	if wire.Followed(r.Context()) {
		t.Error("followed without Install")
	}
}

// A ConnContext of the server sees the connection of its own listener.
func TestConnContext(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	seen := make(chan net.Conn, 1)
	srv := &http.Server{Handler: http.HandlerFunc(echo), ConnContext: func(ctx context.Context, c net.Conn) context.Context {
		seen <- c
		return ctx
	}}
	go srv.Serve(wire.Install(srv, l))
	defer srv.Close()
	speak(t, l.Addr(), second, 1)
	if c := <-seen; c.LocalAddr().String() != l.Addr().String() {
		t.Errorf("got %v", c.LocalAddr())
	} else if _, ok := c.(*net.TCPConn); !ok {
		t.Errorf("got a %T", c)
	}
}
