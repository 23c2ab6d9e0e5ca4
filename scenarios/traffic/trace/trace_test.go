package trace_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
	vegeta "github.com/tsenart/vegeta/v12/lib"
	"pgregory.net/rapid"

	"github.com/classibench/classibench/scenarios"
	"github.com/classibench/classibench/scenarios/traffic/trace"
)

var some = []trace.Hit{
	{Client: "::1", Method: "GET", URL: "http://127.0.0.1/ads?q=a%20b", Header: []scenarios.Field{{Name: "Host", Value: "site.example"}, {Name: "Referer", Value: `a "quoted" \ one`}}, Status: 200, Size: 5120},
	{At: 250 * time.Microsecond, Method: "POST", URL: "http://127.0.0.1/ads", Header: []scenarios.Field{{Name: "X", Value: "1"}, {Name: "X", Value: "2"}}, Body: []byte("\x00\xff"), Size: -1},
	{At: 90 * time.Minute, Client: "né", Method: "HEAD", URL: "http://127.0.0.1/", Size: 0},
}

// written returns the path of a traffic file.
func written(t testing.TB, hits []trace.Hit) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "traffic.zst")
	w, err := trace.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w.About.Start, w.About.Spread, w.About.Seed = time.Date(2026, 3, 14, 9, 0, 0, 0, time.UTC), true, 7
	for _, h := range hits {
		if err := w.Write(&h); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Commit(); err != nil {
		t.Fatal(err)
	}
	return path
}

func all(r *trace.Reader) (hits []trace.Hit, err error) {
	for h, err := range r.Hits() {
		if err != nil {
			return hits, err
		}
		hits = append(hits, *h)
	}
	return hits, nil
}

// Files that were joined may have a byte order mark at the begin of any line.
func TestByteOrderMarks(t *testing.T) {
	const mark = "\xef\xbb\xbf"
	const text = mark + mark + `{"at":0,"method":"GET","url":"http://127.0.0.1/1"}` + "\n" + mark + "\n" + mark + `{"at":1,"method":"GET","url":"http://127.0.0.1/2"}` + "\n"
	var packed bytes.Buffer
	z, err := zstd.NewWriter(&packed)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = z.Write([]byte(text))
	_ = z.Close()
	for name, text := range map[string]string{"plain": text, "compressed": packed.String()} {
		r, err := trace.New(name, strings.NewReader(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if hits, err := all(r); err != nil || len(hits) != 2 {
			t.Errorf("%s: got %+v and error %v, want two hits", name, hits, err)
		}
		r.Close()
	}
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	r, err := trace.Open(written(t, some))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	want := trace.About{Version: 1, Start: time.Date(2026, 3, 14, 9, 0, 0, 0, time.UTC), Hits: 3, Seconds: 5400, Spread: true, Seed: 7}
	if diff := cmp.Diff(want, r.About); diff != "" {
		t.Errorf("about (-want +got):\n%s", diff)
	}
	got, err := all(r)
	if diff := cmp.Diff(some, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// Any text survives that JSON can hold.
func TestLinesRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := trace.Hit{
			At:     time.Duration(rapid.Int64Range(0, 1e12).Draw(t, "at")) * time.Microsecond,
			Client: rapid.String().Draw(t, "client"), Method: rapid.StringMatching(`[A-Z]+`).Draw(t, "method"), URL: rapid.StringMatching(`.+`).Draw(t, "url"),
			Body: rapid.SliceOfN(rapid.Byte(), 1, 20).Draw(t, "body"), Status: rapid.IntRange(0, 999).Draw(t, "status"), Size: rapid.Int64Min(-1).Draw(t, "size"),
			Header: []scenarios.Field{{Name: "A", Value: rapid.String().Draw(t, "a")}, {Name: "B", Value: rapid.String().Draw(t, "b")}},
		}
		r, err := trace.New("a line", bytes.NewReader(trace.Append(nil, &h)))
		if err != nil {
			t.Fatal(err)
		}
		got, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(&h, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// vegeta reads what a decoder of zstd unpacks: the frame with the description is skipped.
func TestVegetaReadsIt(t *testing.T) {
	f, err := os.Open(written(t, some))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := zstd.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	next := vegeta.NewJSONTargeter(z, nil, nil)
	for _, want := range some {
		var got vegeta.Target
		if err := next(&got); err != nil {
			t.Fatal(err)
		}
		req, err := got.Request()
		if err != nil {
			t.Fatal(err)
		}
		if got.Method != want.Method || req.URL.String() != want.URL || !bytes.Equal(got.Body, want.Body) {
			t.Errorf("got %s %s %q, want %s %s %q", got.Method, req.URL, got.Body, want.Method, want.URL, want.Body)
		}
		for _, f := range want.Header {
			if !strings.Contains(strings.Join(got.Header[f.Name], "\n"), f.Value) {
				t.Errorf("%s: got header %q, want %s: %s", want.URL, got.Header, f.Name, f.Value)
			}
		}
	}
	if err := next(new(vegeta.Target)); !errors.Is(err, vegeta.ErrNoTargets) {
		t.Errorf("after the last target: got %v", err)
	}
}

func TestFilesThatAreNone(t *testing.T) {
	whole, err := os.ReadFile(written(t, some))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, text, want string }{
		{"empty", "", "the file is empty"},
		{"blank", " \n\n", "the file is empty"},
		{"foreign", "GET http://127.0.0.1/", "it is no traffic file"},
		{"cut off", string(whole[:len(whole)-10]), "the file is cut off"},
		{"a target of vegeta", `{"method":"GET","url":"http://127.0.0.1/"}`, "f:1: the line has no at"},
		{"no url", `{"at":1,"method":"GET"}`, "f:1: the line has no method or no url"},
		{"no JSON", "{\"at\":1,\"method\":\"GET\",\"url\":\"/\"}\n{]", "f:2: invalid character"},
		{"before the start", `{"at":-1,"method":"GET","url":"/"}`, "at is -1"},
		{"backwards", "{\"at\":1,\"method\":\"GET\",\"url\":\"/\"}\n{\"at\":0.5,\"method\":\"GET\",\"url\":\"/\"}", "f:2: the hit is due at 500ms, and the one before at 1s"},
		{"a long line", `{"at":1,"url":"` + strings.Repeat("x", 33<<20), "the line is longer than"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := trace.New("f", strings.NewReader(c.text))
			if err == nil {
				defer r.Close()
				_, err = all(r)
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got error %v, want %q", err, c.want)
			}
		})
	}
}

func TestNothingIsLeftWithoutCommit(t *testing.T) {
	dir := t.TempDir()
	w, err := trace.Create(filepath.Join(dir, "traffic.zst"))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(&some[0]); err != nil {
		t.Fatal(err)
	}
	if err := w.Abort(); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("got %v, %v, want nothing", left, err)
	}
}

func FuzzReader(f *testing.F) {
	whole, err := os.ReadFile(written(f, some))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(whole)) // with its frame
	f.Add(string(whole[:len(whole)-9]))
	f.Add(strings.Replace(string(whole), `"version":1`, `"version":9`, 1))
	f.Add(string(whole) + string(whole))
	f.Add(string(trace.Append(nil, &some[0])))
	f.Add("{\"at\":1e3,\"method\":\"GET\",\"url\":\"/\"}")
	f.Add("\x28\xb5\x2f\xfd")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := trace.New("f", strings.NewReader(text))
		if err != nil {
			return
		}
		defer r.Close()
		last := time.Duration(0)
		for {
			h, err := r.Next()
			if err != nil {
				if !errors.Is(err, io.EOF) && !strings.HasPrefix(err.Error(), "f:") {
					t.Errorf("the error names no line: %v", err)
				}
				return
			}
			if h.At < last {
				t.Errorf("%q: %v after %v", text, h.At, last)
			}
			last = h.At
		}
	})
}

func BenchmarkAppend(b *testing.B) {
	b.ReportAllocs()
	var line []byte
	for b.Loop() {
		line = trace.Append(line[:0], &some[0])
	}
	b.SetBytes(int64(len(line)))
}
