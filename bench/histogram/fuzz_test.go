package histogram_test

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"io"
	"testing"
	"time"

	"github.com/classibench/classibench/bench/histogram"
)

// unpacked returns what is compressed within an encoded histogram.
func unpacked(f *testing.F, s string) []byte {
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		f.Fatal(err)
	}
	z, err := zlib.NewReader(bytes.NewReader(b[8:]))
	if err != nil {
		f.Fatal(err)
	}
	b, err = io.ReadAll(z)
	if err != nil {
		f.Fatal(err)
	}
	return b
}

// packed is the reverse of unpacked.
func packed(inner []byte) string {
	var b bytes.Buffer
	b.Write(make([]byte, 8))
	z := zlib.NewWriter(&b)
	z.Write(inner)
	z.Close()
	binary.BigEndian.PutUint32(b.Bytes(), 0x1c849314)
	binary.BigEndian.PutUint32(b.Bytes()[4:], uint32(b.Len()-8))
	return base64.StdEncoding.EncodeToString(b.Bytes())
}

// FuzzDecode decodes the content of a histogram, below its compression: what is decoded
// has only durations that New can hold, and is the same when it is encoded again.
func FuzzDecode(f *testing.F) {
	h := histogram.New()
	for i := range 40 {
		h.Record(time.Duration(i*i) * time.Millisecond)
		s, err := h.Encode()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(unpacked(f, s))
	}
	wide := unpacked(f, mustEncode(f, h))
	binary.BigEndian.PutUint64(wide[24:], 1<<62) // the longest duration
	f.Add(wide)
	f.Fuzz(func(t *testing.T, inner []byte) {
		h, err := histogram.Decode(packed(inner))
		if err != nil {
			return
		}
		for _, q := range []float64{0, 0.5, 0.99, 1} {
			if d := h.Quantile(q); d < 0 || d > 2*time.Hour {
				t.Errorf("quantile %v is %v", q, d)
			}
		}
		s, err := h.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if again, err := histogram.Decode(s); err != nil || again.Count() != h.Count() || again.Quantile(0.9) != h.Quantile(0.9) {
			t.Errorf("decoded again: %v, %v; want %d durations", again, err, h.Count())
		}
	})
}

func mustEncode(f *testing.F, h *histogram.Histogram) string {
	s, err := h.Encode()
	if err != nil {
		f.Fatal(err)
	}
	return s
}
