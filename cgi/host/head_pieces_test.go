package host

import (
	"bytes"
	"net/http/httptest"
	"strings"
	"testing"
)

// pieces are heads of 60 KB without an end.
var pieces = map[string]string{
	"one line":         "X-A: " + strings.Repeat("l", 60_000),
	"many lines":       strings.Repeat("X-A: b\n", 60_000/7),
	"many short lines": strings.Repeat("a\n", 30_000),
	"lines in CR LF":   strings.Repeat("X-A: b\r\n", 60_000/8),
	"CR alone":         strings.Repeat("\r", 60_000),
}

// A head that comes byte by byte is searched once: after each piece nothing that was
// searched is left to be searched again, and the buffer grows by doubling, not with
// each piece.
func TestHeadInSmallPiecesIsReadOnce(t *testing.T) {
	for name, text := range pieces {
		t.Run(name, func(t *testing.T) {
			g := &Gateway{}
			g.once.Do(g.init)
			rs := newResponse(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil), g)
			grown, size := 0, 0
			for i := range len(text) {
				if _, err := rs.Write([]byte{text[i]}); err != nil {
					t.Fatal(err)
				}
				if rs.seen != i+1 || len(rs.head) != i+1 {
					t.Fatalf("after %d bytes: %d searched of %d", i+1, rs.seen, len(rs.head))
				}
				if cap(rs.head) != size {
					grown, size = grown+1, cap(rs.head)
				}
			}
			if grown > 64 {
				t.Errorf("the buffer was copied %d times for %d bytes", grown, len(text))
			}
		})
	}
}

// The end of a head does not depend on how it is split, and where the search begins.
func TestHeadEndAfter(t *testing.T) {
	for _, s := range []string{"\n", "\r\n", "a\n\n", "a\r\n\r\n", "a\n\r\nb", "a\r\n\nb", "a\n\rb\n\n", "a\r\r\n\n", "\r\r\n\r\n"} {
		b := []byte(s)
		want := headEnd(b)
		for seen := range want {
			if headEnd(b[:seen]) < 0 {
				if got := headEndAfter(b, seen); got != want {
					t.Errorf("%q after %d bytes: got %d, want %d", s, seen, got, want)
				}
			}
		}
	}
}

// The time per byte must not grow with the size of the head.
func BenchmarkHeadByteByByte(b *testing.B) {
	for _, size := range []int{6_000, 60_000} {
		head := append(bytes.Repeat([]byte("X-A: b\n"), size/7), "Content-Type: a/b\n\n"...)
		b.Run(map[int]string{6_000: "6kB", 60_000: "60kB"}[size], func(b *testing.B) {
			b.SetBytes(int64(len(head)))
			b.ReportAllocs()
			for b.Loop() {
				g := &Gateway{}
				g.once.Do(g.init)
				rs := newResponse(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil), g)
				for i := range head {
					if _, err := rs.Write(head[i : i+1]); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
