package wire

import (
	"bufio"
	"io"
	"net/http"
	"strings"
	"testing"
)

// FuzzFollower compares the follower with net/http: wherever net/http reads a whole
// request, the follower stands between two requests, and it reports the same requests in
// whatever parts they come.
func FuzzFollower(f *testing.F) {
	for _, s := range []string{
		"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabcGET / HTTP/1.0\n\n",
		"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3;a\r\nabc\r\n0\r\nX: y\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n 11\r\n\r\nX HTTP/1.1\n", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: b\r\n c\r\n \r\n\r\n",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var whole, parts follower
		unclear := whole.add([]byte(s))
		inParts := false
		for i := range len(s) {
			inParts = parts.add([]byte{s[i]}) || inParts
		}
		if unclear != inParts || whole.state != parts.state || whole.skip != parts.skip {
			t.Fatalf("%q: in one part unclear %v, state %d, in many %v, %d", s, unclear, whole.state, inParts, parts.state)
		}
		read := strings.NewReader(s)
		r := bufio.NewReaderSize(read, 16)
		for {
			rq, err := http.ReadRequest(r)
			if err != nil {
				return
			}
			if _, err := io.Copy(io.Discard, rq.Body); err != nil {
				return
			}
			done := len(s) - read.Len() - r.Buffered()
			var follow follower
			if unclear := follow.add([]byte(s[:done])); !unclear && (follow.state != requestLine || follow.skip != 0) {
				t.Fatalf("%q: net/http has read a request, the follower is in state %d, %d to skip", s[:done], follow.state, follow.skip)
			}
		}
	})
}

// A follower keeps a line alone, and copies it by doubling.
func TestFollowerReadsOnce(t *testing.T) {
	var f follower
	grown, size := 0, 0
	f.add([]byte("GET /"))
	for range 100_000 {
		f.add([]byte("x"))
		if cap(f.line) != size {
			grown, size = grown+1, cap(f.line)
		}
	}
	if grown > 64 || len(f.line) != 100_005 {
		t.Errorf("copied %d times, %d bytes", grown, len(f.line))
	}
	f.add([]byte(" HTTP/1.1\r\n"))
	if f.line != nil || f.state != fields {
		t.Errorf("keeps %d bytes in state %d", len(f.line), f.state)
	}
}

func BenchmarkFollower(b *testing.B) {
	head := []byte("GET /browse?category=boats&page=2 HTTP/1.1\r\nHost: localhost:8080\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\nAccept: text/html,application/xhtml+xml\r\nAccept-Language: en\r\nAccept-Encoding: gzip\r\nCookie: session=1\r\n\r\n")
	b.ReportAllocs()
	var f follower
	for b.Loop() {
		f.add(head)
	}
}
