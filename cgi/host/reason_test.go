//go:build linux

package host

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// exchange sends requests on one connection, and returns the status lines of the
// answers and whether the last one closes the connection.
func exchange(t *testing.T, url string, requests ...string) (statuses []string, closed bool) {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	r := bufio.NewReader(c)
	for _, text := range requests {
		if _, err := io.WriteString(c, text); err != nil {
			return statuses, true
		}
		rq, err := http.ReadRequest(bufio.NewReader(strings.NewReader(text)))
		if err != nil {
			t.Fatal(err)
		}
		rs, err := http.ReadResponse(r, rq)
		if err != nil {
			return statuses, true
		}
		if _, err := io.Copy(io.Discard, rs.Body); err != nil {
			t.Fatal(err)
		}
		statuses, closed = append(statuses, rs.Proto+" "+rs.Status), rs.Close
	}
	return statuses, closed
}

// A script's own reason phrase reaches the client, and the connection stays open.
func TestReasonPhrase(t *testing.T) {
	h := script(t, "says")
	url, stop := serving(t, h)
	var requests, want []string
	for head, status := range map[string]string{
		"Status: 404 No Such Ad\n\n": "404 No Such Ad", "Status: 404\n\n": "404 Not Found", "Status: 404 \n\n": "404 Not Found", "Content-Type: a/b\n\n": "200 OK",
		"Status: 200 All  is well \nContent-Type: a/b\n\nbody": "200 All  is well", "Status: 418 Ich bin eine Teekanne äöü\n\n": "418 Ich bin eine Teekanne äöü", "Status: 299 Fine\n\n": "299 Fine",
		"Status: 204 Nothing\n\n": "204 Nothing", "Status: 304 Same\n\n": "304 Same", "Status: 302 Over There\nLocation: http://x/\n\n": "302 Over There", "Status: 500 <script>\nContent-Length: 2\n\nhi": "500 <script>",
		"Status: 503 " + strings.Repeat("busy ", 1000) + "\n\n": "503 " + strings.TrimSpace(strings.Repeat("busy ", 1000)), "\n": "502 Bad Gateway",
	} {
		for _, method := range []string{"POST", "HEAD"} {
			requests = append(requests, fmt.Sprintf("%s / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", method, len(head), head))
			want = append(want, "HTTP/1.1 "+status)
		}
	}
	if got, _ := exchange(t, url, requests...); !slices.Equal(got, want) {
		t.Errorf("got  %.60q\nwant %.60q", got, want)
	}
	got, _ := exchange(t, url, "POST / HTTP/1.0\r\nContent-Length: 19\r\n\r\nStatus: 410 Sold\n\n\n")
	if len(got) != 1 || got[0] != "HTTP/1.0 410 Sold" {
		t.Errorf("HTTP/1.0: got %q", got)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

// A request with both lengths is answered by the encoding, and its connection closed,
// with Serve and with another server of package http.
func TestTwoLengthsCloseTheConnection(t *testing.T) {
	const both = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n12\r\nStatus: 201 Said\n\n\r\n0\r\n\r\n"
	const plain = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n12\r\nStatus: 201 Said\n\n\r\n0\r\n\r\n"
	h := script(t, "says")
	url, stop := serving(t, h)
	if got, closed := exchange(t, url, plain, both); !closed || !slices.Equal(got, []string{"HTTP/1.1 201 Said", "HTTP/1.1 201 Said"}) {
		t.Errorf("Serve: got %q, closed %v", got, closed)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	if got, closed := exchange(t, serve(t, script(t, "says")), both); !closed || !slices.Equal(got, []string{"HTTP/1.1 201 Created"}) {
		t.Errorf("another server: got %q, closed %v", got, closed)
	}
}
