package load_test

import (
	"bytes"
	"compress/flate"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/classibench/classibench/bench/load"
)

// deflated is a body as sent by servers that leave out the zlib wrapper.
func deflated(tb testing.TB, body string) []byte {
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.DefaultCompression)
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := w.Write([]byte(body)); err != nil {
		tb.Fatal(err)
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func TestTheMarkerIsSoughtInTheDecodedBody(t *testing.T) {
	page := strings.Repeat("<p>An ok page", 200)
	b := []byte(page)
	for _, c := range []struct {
		name, coding string
		body         []byte
		want         load.Fault
	}{
		{"plain", "identity", b, ""},
		{"gzip", "gzip", fasthttp.AppendGzipBytes(nil, b), ""},
		{"in capitals", "X-GZIP", fasthttp.AppendGzipBytes(nil, b), ""},
		{"deflate", "deflate", fasthttp.AppendDeflateBytes(nil, b), ""},
		{"deflate without zlib", "deflate", deflated(t, page), ""},
		{"brotli", "br", fasthttp.AppendBrotliBytes(nil, b), ""},
		{"zstd", "zstd", fasthttp.AppendZstdBytes(nil, b), ""},
		{"twice", "gzip, br", fasthttp.AppendBrotliBytes(nil, fasthttp.AppendGzipBytes(nil, b)), ""},
		{"damaged", "gzip", fasthttp.AppendGzipBytes(nil, b)[:40], load.FaultCoding},
		{"unknown", "compress", []byte("sorry"), load.FaultCoding},
		{"none at all", "utf-8", b, ""},
		{"another page", "gzip", fasthttp.AppendGzipBytes(nil, []byte("sorry")), load.FaultMarker},
	} {
		t.Run(c.name, func(t *testing.T) {
			cl := client(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Encoding", c.coding)
				w.Write(c.body)
			}, load.Options{})
			r := requests(t, browse).Only(0)
			rec, err := cl.Offer(t.Context(), load.Traffic{Arrivals: load.Constant(100, 20*time.Millisecond), Requests: r}, nil)
			if err != nil || c.want == "" && rec.Hits != 2 || c.want != "" && rec.Faults[c.want].Count != 2 {
				t.Errorf("%v, %d hits, %+v; want %q", err, rec.Hits, rec.Faults, c.want)
			}
			if a, err := cl.Ask(t.Context(), r, 0); c.want == "" && (err != nil || string(a.Body) != page) {
				t.Errorf("Ask: %v, %.20q", err, a.Body)
			}
		})
	}
}
