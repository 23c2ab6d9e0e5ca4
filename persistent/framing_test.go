package persistent_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"testing"

	"github.com/classibench/classibench/persistent"
)

// A request with both Content-Length and Transfer-Encoding is answered, and its connection
// closed: what follows it is no request (RFC 9112 §6.1).
func TestTwoLengthsCloseTheConnection(t *testing.T) {
	r := start(t, &persistent.Server{}, http.HandlerFunc(hello))
	defer r.end(t)
	c, err := net.Dial("tcp", r.addr.String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	answers := bufio.NewReader(c)
	for _, q := range []struct {
		text string
		last bool
	}{
		{"POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", false},
		{"POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", false},
		{"POST /c HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n", true},
	} {
		if _, err := io.WriteString(c, q.text); err != nil {
			t.Fatal(err)
		}
		rs, err := http.ReadResponse(answers, nil)
		if err != nil || rs.StatusCode != 200 || rs.Close != q.last {
			t.Fatalf("%q: got %v, %v, want 200 and close: %v", q.text, rs, err, q.last)
		}
		io.Copy(io.Discard, rs.Body)
	}
	if rest, _ := io.ReadAll(answers); len(rest) > 0 {
		t.Errorf("the bytes after the request were answered: %q", rest)
	}
}
