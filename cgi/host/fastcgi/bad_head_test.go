package fastcgi

import (
	"bytes"
	"net"
	"strings"
	"testing"
)

// An application whose head is wrong is logged whole, without the query of the request,
// in whatever records its output comes.
func TestBadHeadIsLoggedWhole(t *testing.T) {
	const output = "\nWarning: Undefined variable $x in /srv/x.php on line 3\nContent-Type: text/html\n\npage\n"
	for name, says := range map[string][]byte{
		"one record": answer(output),
		"records of a byte": func() (b []byte) {
			for _, c := range []byte(output) {
				b = appendRecord(b, typeStdout, []byte{c})
			}
			return append(b, answer("")...)
		}(),
		"no end": appendRecord(nil, typeStdout, []byte(output)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			addr := backend(t, func(c net.Conn, _ int) {
				for r := newReader(c); params(r) != nil; {
					c.Write(says)
				}
			})
			h := &Handler{Addr: addr, MaxConns: 1}
			j := logTo(h)
			if got := ask(t, "GET", front(t, h)+"/edit?key=s3cret", nil); got.StatusCode != 502 {
				t.Errorf("got %v, want 502", got)
			}
			j.await(t, "not answered")
			j.mu.Lock()
			log := j.text.String()
			j.mu.Unlock()
			for _, want := range []string{"Undefined variable", "page", "hint=", "PHP", "uri=/edit "} {
				if !strings.Contains(log, want) {
					t.Errorf("the log has no %q: %s", want, log)
				}
			}
			if strings.Contains(log, "s3cret") {
				t.Errorf("the log has the query: %s", log)
			}
		})
	}
}

// A record in small pieces is read once: the reader copies each byte to its place.
func TestRecordsInSmallPieces(t *testing.T) {
	text := strings.Repeat("x", maxContent)
	whole := appendRecord(nil, typeStdout, []byte(text))
	r := newReader(oneByOne{bytes.NewReader(whole)})
	rec, err := r.next()
	if err != nil || string(rec.content) != text {
		t.Errorf("got %d bytes, %v", len(rec.content), err)
	}
}

// oneByOne reads a byte at a time.
type oneByOne struct{ r *bytes.Reader }

func (o oneByOne) Read(p []byte) (int, error) { return o.r.Read(p[:min(1, len(p))]) }
