package history

import (
	"bytes"
	"testing"

	"github.com/classibench/classibench/bench/result"
)

// FuzzUnpack unpacks any stored result: what is unpacked is bounded, and the same when it
// was packed here.
func FuzzUnpack(f *testing.F) {
	for _, s := range []string{"", "{}", `{"schema":1}`} {
		b, err := pack([]byte(s))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
		f.Add(append(b, b...)) // two members
		f.Add(b[:len(b)/2])
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if raw, err := unpack(b); err == nil && len(raw) > result.MaxFile {
			t.Errorf("%d bytes unpack to %d", len(b), len(raw))
		}
		packed, err := pack(b)
		if err != nil {
			t.Fatal(err)
		}
		if raw, err := unpack(packed); err != nil || !bytes.Equal(raw, b) {
			t.Errorf("packed %q, and unpacked %q, %v", b, raw, err)
		}
	})
}
