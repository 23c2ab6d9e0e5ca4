package unit

import (
	"testing"
)

func TestParseMemory(t *testing.T) {
	for s, want := range map[string]int64{
		"1": 1, "500000": 500000, "64kB": 64000, "64KB": 64000, "64KiB": 65536, "64k": 65536, "1.5MB": 1500000, "10 MB": 10_000_000, "1GiB": 1 << 30, "1G": 1 << 30, "2TB": 2e12, "7B": 7,
		"": 0, "0": 0, "-1": 0, "0.1": 0, "ten": 0, "10 apples": 0, "1e3": 0, "0x10": 0, "1_000": 0, "MB": 0, "NaN": 0, "Inf": 0, "1..5MB": 0, "99999999TB": 0, "1\x00": 0,
	} {
		if got, err := ParseMemory(s); got != want || (err == nil) != (want > 0) {
			t.Errorf("%q: got %d, %v, want %d", s, got, err, want)
		}
	}
}

// FuzzParseMemory reads any text: a size is at least a byte.
func FuzzParseMemory(f *testing.F) {
	for _, s := range []string{"64kB", "1.5 MB", "1GiB", ".5T", "9223372036854775807", "8388607.9999999T", "1e3", "Ⅷ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if n, err := ParseMemory(s); (n > 0) != (err == nil) || n < 0 {
			t.Errorf("%q: got %d, %v", s, n, err)
		}
	})
}
