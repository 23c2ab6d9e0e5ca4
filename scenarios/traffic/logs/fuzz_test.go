package logs_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/classibench/classibench/scenarios/traffic/logs"
	"github.com/classibench/classibench/scenarios/traffic/trace"
)

// FuzzImport imports any file: what is imported can be read again, hit by hit, and after an
// error nothing is left.
func FuzzImport(f *testing.F) {
	text := strings.Repeat(get(0, "/?q=1")+get(5, "/ads/%zz")+"junk\n"+get(1, "http://h/x")+get(2, "//h/"), 3)
	for _, s := range []string{text, strings.ReplaceAll(text, "\n", "\r\n"), "\xef\xbb\xbf" + text, `{"ts":971211336.25,"request":{"method":"GET","uri":"/a?b"}}`, `{"ts":971211336.25,"request":{"method":"GET","uri":""}}`, ""} {
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		io.WriteString(z, s)
		z.Close()
		zip, err := zstd.NewWriter(nil)
		if err != nil {
			f.Fatal(err)
		}
		f.Add([]byte(s))
		f.Add(packed.Bytes())
		f.Add(zip.EncodeAll([]byte(s), nil))
	}
	dir := f.TempDir()
	out := filepath.Join(dir, "traffic.zst")
	f.Fuzz(func(t *testing.T, b []byte) {
		defer os.Remove(out)
		sum, err := logs.Import(t.Context(), []string{"-"}, out, logs.Options{Unreadable: 1, CutOff: true, Stdin: bytes.NewReader(b)})
		if err != nil {
			if left, _ := os.ReadDir(dir); len(left) > 0 {
				t.Errorf("after the error %v, %v is left", err, left)
			}
			return
		}
		r, err := trace.Open(out)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		n := 0
		for h, err := range r.Hits() {
			if n++; err != nil || !strings.HasPrefix(h.URL, logs.DefaultBase+"/") {
				t.Fatalf("%q: hit %d is %+v, %v", b, n, h, err)
			}
		}
		if n != r.About.Hits || n != sum.About.Hits {
			t.Errorf("%q: %d hits, of %d and %d", b, n, r.About.Hits, sum.About.Hits)
		}
	})
}
