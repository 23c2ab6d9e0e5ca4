package fastcgi

import (
	"bytes"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// records returns the contents of the records of one type, to the end of their
// stream.
func records(t interface{ Fatalf(string, ...any) }, b []byte, kind byte) (contents [][]byte) {
	r := newReader(bytes.NewReader(b))
	for {
		rec, err := r.next()
		if err != nil {
			t.Fatalf("the stream has no end: %v", err)
		}
		if rec.kind != kind || rec.id != requestID {
			t.Fatalf("got a record of type %d and request %d", rec.kind, rec.id)
		}
		if len(rec.content) == 0 {
			if _, err := r.next(); err != io.EOF {
				t.Fatalf("data follows the end of the stream: %v", err)
			}
			return contents
		}
		contents = append(contents, slices.Clone(rec.content))
	}
}

// environments generates lists of variables of all sizes, without repeated names.
func environments(sizes ...int) *rapid.Generator[[]string] {
	return rapid.Custom(func(t *rapid.T) (env []string) {
		names := rapid.SliceOfNDistinct(rapid.StringMatching(`[A-Z_]{1,200}`), 0, 6, rapid.ID).Draw(t, "names")
		for _, name := range names {
			n := rapid.SampledFrom(sizes).Draw(t, "length")
			env = append(env, name+"="+strings.Repeat(rapid.SampledFrom([]string{"x", "=", "\xff"}).Draw(t, "byte"), n))
		}
		return env
	})
}

func list(pairs map[string]string) (env []string) {
	for name, value := range pairs {
		env = append(env, name+"="+value)
	}
	slices.Sort(env)
	return env
}

func TestParamsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		env := environments(0, 1, 126, 127, 128, 129, 40_000, 65_000, 70_000, 200_000).Draw(t, "env")
		prefix := []byte("before")
		b := appendParams(slices.Clone(prefix), env)
		if !bytes.HasPrefix(b, prefix) {
			t.Fatalf("the bytes before the parameters have changed: %.20q", b)
		}
		got, err := parsePairs(bytes.Join(records(t, b[len(prefix):], typeParams), nil))
		slices.Sort(env)
		if err != nil || !slices.Equal(list(got), env) {
			t.Fatalf("got %.300q, %v; want %.300q", list(got), err, env)
		}
	})
}

// PHP refuses a record with an incomplete pair.
func TestParamsAreCutBetweenPairs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		env := environments(0, 1, 127, 7000, 40_000, 65_000).Draw(t, "env")
		got := map[string]string{}
		for i, content := range records(t, appendParams(nil, env), typeParams) {
			pairs, err := parsePairs(content)
			if err != nil {
				t.Fatalf("record %d of %d bytes ends within a pair", i, len(content))
			}
			maps.Copy(got, pairs)
		}
		slices.Sort(env)
		if !slices.Equal(list(got), env) {
			t.Fatalf("got %.300q, want %.300q", list(got), env)
		}
	})
}

// A pair that just fits a record is not split; with one more byte it gets its own
// records.
func TestTheLargestPair(t *testing.T) {
	const overhead = len("B") + 1 + 4
	for _, c := range []struct {
		value int
		sizes []int
		named string
	}{
		{maxContent - overhead, []int{4, maxContent, 4}, ""},
		{maxContent - overhead + 1, []int{4, maxContent, 1, 4}, "B"},
	} {
		env := []string{"A=1", "B=" + strings.Repeat("x", c.value), "C=1"}
		var sizes []int
		for _, content := range records(t, appendParams(nil, env), typeParams) {
			sizes = append(sizes, len(content))
		}
		if !slices.Equal(sizes, c.sizes) {
			t.Errorf("a value of %d bytes: records of %v bytes, want %v", c.value, sizes, c.sizes)
		}
		if name, size := largest(env); name != c.named || (size > maxContent) != (c.named != "") {
			t.Errorf("a value of %d bytes: %q with %d bytes is too large, want %q", c.value, name, size, c.named)
		}
	}
}

// FuzzPairs searches for pairs that are parsed wrongly: written and parsed again,
// they must be the same.
func FuzzPairs(f *testing.F) {
	f.Add([]byte("\x0e\x01FCGI_MAX_CONNS4\x0f\x01FCGI_MPXS_CONNS0"))
	f.Add([]byte("\x80\x00\x00\x01\x01ab"))
	f.Add([]byte("\xff\xff\xff\xff\xff\xff\xff\xffa"))
	f.Fuzz(func(t *testing.T, b []byte) {
		pairs, err := parsePairs(b)
		if err != nil {
			return
		}
		var again []byte
		for name, value := range pairs {
			again = appendPair(again, name, value)
		}
		if got, err := parsePairs(again); err != nil || !maps.Equal(got, pairs) {
			t.Fatalf("got %q, %v; want %q", got, err, pairs)
		}
	})
}

// An answerer reads from a fixed answer, and ignores writes.
type answerer struct{ io.Reader }

func (answerer) Write(p []byte) (int, error) { return len(p), nil }

// FuzzValues searches for an answer to FCGI_GET_VALUES that leads to invalid terms.
func FuzzValues(f *testing.F) {
	f.Add(values("FCGI_MAX_CONNS", "4", "FCGI_MAX_REQS", "4"))
	f.Add(values("FCGI_MPXS_CONNS", "1"))
	f.Add(values("FCGI_MAX_CONNS", "-1", "FCGI_MAX_REQS", "99999999999999999999"))
	f.Add(appendRecord(nil, typeEnd, make([]byte, 8)))
	f.Fuzz(func(t *testing.T, b []byte) {
		v, _ := getValues(answerer{bytes.NewReader(b)})
		if got := termsOf(v); got.conns < 1 || got.conns > mostConns {
			t.Fatalf("%q: got %d connections", v, got.conns)
		}
	})
}

// values returns an answer to FCGI_GET_VALUES.
func values(pairs ...string) []byte {
	b := appendHeader(nil, typeValues, 0, 0)
	for i := 0; i < len(pairs); i += 2 {
		b = appendPair(b, pairs[i], pairs[i+1])
	}
	setLength(b, 0)
	return b
}
