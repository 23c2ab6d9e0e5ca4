package fastcgi

import (
	"bytes"
	"fmt"
	"testing"
)

func TestBeginRecord(t *testing.T) {
	// FastCGI 1.0, §5.1 and §8: FCGI_BEGIN_REQUEST, id 1, 8 bytes, FCGI_RESPONDER, FCGI_KEEP_CONN.
	want := []byte{1, 1, 0, 1, 0, 8, 0, 0 /**/, 0, 1, 1, 0, 0, 0, 0, 0}
	if got := appendBegin(nil, true); !bytes.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	want[10] = 0
	if got := appendBegin(nil, false); !bytes.Equal(got, want) {
		t.Errorf("got %v, want %v, to close after the request", got, want)
	}
}

// FuzzRecords searches for input that is parsed wrongly: every record must match
// its bytes, padding must be skipped, and incomplete input must be an error.
func FuzzRecords(f *testing.F) {
	f.Add(answer(hello))
	f.Add([]byte{1, 6, 0, 1, 0, 2, 3, 0, 'h', 'i', 0, 0, 0})
	f.Add([]byte("HTTP/1.1 200 OK\r\n\r\n"))
	f.Add([]byte{1, 3, 0, 1, 0, 1, 0, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		r := newReader(bytes.NewReader(b))
		for at := 0; ; {
			rec, err := r.next()
			if err != nil {
				if whole(b[at:]) {
					t.Fatalf("at %d: %v", at, err)
				}
				return
			}
			length := int(b[at+4])<<8 | int(b[at+5])
			want := fmt.Sprint(b[at+1], int(b[at+2])<<8|int(b[at+3]), b[at+8:at+8+length])
			if got := fmt.Sprint(rec.kind, rec.id, rec.content); got != want {
				t.Fatalf("at %d: got %s, want %s", at, got, want)
			}
			if rec.kind == typeEnd {
				if _, err := parseEnding(rec.content); (err == nil) != (length >= 5) {
					t.Fatalf("an ending of %d bytes: %v", length, err)
				}
			}
			at += 8 + length + int(b[at+6])
		}
	})
}

// whole reports whether b begins with a whole record.
func whole(b []byte) bool {
	return len(b) >= 8 && b[0] == 1 && len(b) >= 8+int(b[4])<<8+int(b[5])+int(b[6])
}
