package load

import (
	"bytes"
	"testing"

	"github.com/valyala/fasthttp"
)

// FuzzDecode removes any codings from any body: it ends, and the result is bounded.
func FuzzDecode(f *testing.F) {
	text := bytes.Repeat([]byte("page "), 50)
	for coding, body := range map[string][]byte{
		"gzip": fasthttp.AppendGzipBytes(nil, text), "deflate": fasthttp.AppendDeflateBytes(nil, text), "br": fasthttp.AppendBrotliBytes(nil, text),
		"zstd": fasthttp.AppendZstdBytes(nil, text), "gzip, gzip": fasthttp.AppendGzipBytes(nil, fasthttp.AppendGzipBytes(nil, text)), "identity,": text,
	} {
		f.Add(coding, body)
		f.Add("x-"+coding, body[:len(body)/2])
	}
	f.Fuzz(func(t *testing.T, coding string, body []byte) {
		var resp fasthttp.Response
		resp.Header.SetContentEncoding(coding)
		resp.SetBodyRaw(body)
		plain, err := decoded(&resp)
		if len(plain) > max(mostBody, len(body)) || err != nil && !bytes.Equal(plain, body) {
			t.Errorf("%q: %d bytes of %d, %v", coding, len(plain), len(body), err)
		}
	})
}
