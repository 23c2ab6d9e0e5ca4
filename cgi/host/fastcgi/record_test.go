package fastcgi

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// stream collects the content of one kind of record, up to its end.
func stream(t interface{ Fatalf(string, ...any) }, b []byte, kind byte) []byte {
	r := newReader(bytes.NewReader(b))
	var content []byte
	for {
		rec, err := r.next()
		if err != nil {
			t.Fatalf("no end of the stream: %v", err)
		}
		if rec.kind != kind || rec.id != requestID {
			t.Fatalf("a record of type %d and request %d", rec.kind, rec.id)
		}
		if len(rec.content) == 0 {
			if _, err := r.next(); err != io.EOF {
				t.Fatalf("something follows the end of the stream: %v", err)
			}
			return content
		}
		content = append(content, rec.content...)
	}
}

// params is the inverse of appendParams, written from §3.4.
func params(b []byte) (env []string, err error) {
	length := func() int {
		if len(b) == 0 || b[0]>>7 == 1 && len(b) < 4 {
			err = io.ErrUnexpectedEOF
			return 0
		}
		if b[0]>>7 == 0 {
			n := int(b[0])
			b = b[1:]
			return n
		}
		n := int(binary.BigEndian.Uint32(b) &^ (1 << 31))
		b = b[4:]
		return n
	}
	for len(b) > 0 && err == nil {
		name := length()
		value := length()
		if len(b) < name+value {
			return nil, io.ErrUnexpectedEOF
		}
		env = append(env, string(b[:name])+"="+string(b[name:name+value]))
		b = b[name+value:]
	}
	return env, err
}

func TestParamsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[A-Z_]{1,200}`)
		value := rapid.Custom(func(t *rapid.T) string {
			n := rapid.SampledFrom([]int{0, 1, 126, 127, 128, 129, 40_000, 70_000}).Draw(t, "length")
			return strings.Repeat(rapid.SampledFrom([]string{"x", "=", "\xff"}).Draw(t, "byte"), n)
		})
		var env []string
		for range rapid.IntRange(0, 6).Draw(t, "n") {
			env = append(env, name.Draw(t, "name")+"="+value.Draw(t, "value"))
		}
		prefix := []byte("before")
		b := appendParams(slices.Clone(prefix), env)
		if !bytes.HasPrefix(b, prefix) {
			t.Fatalf("what was there before has changed: %.20q", b)
		}
		got, err := params(stream(t, b[len(prefix):], typeParams))
		if err != nil || !slices.Equal(got, env) {
			t.Fatalf("got %.300q, %v; want %.300q", got, err, env)
		}
	})
}

func TestBeginRecord(t *testing.T) {
	// FastCGI 1.0, §5.1 and §8: FCGI_BEGIN_REQUEST, id 1, 8 bytes, FCGI_RESPONDER, FCGI_KEEP_CONN.
	want := []byte{1, 1, 0, 1, 0, 8, 0, 0 /**/, 0, 1, 1, 0, 0, 0, 0, 0}
	if got := appendBegin(nil); !bytes.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// FuzzRecords looks for input that is read wrongly: every record must be what
// the bytes say, padding skipped, and what is cut off must be an error.
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
