//go:build linux

package host

import (
	"context"
	"errors"
	"io"
	"net/http"
	"testing"
)

// A response that ends too early is cut off, but the client gets what there is, whether
// that was flushed or not.
func TestAShortResponseIsDelivered(t *testing.T) {
	for name, last := range map[string]error{"ended": nil, "failed": errors.New("the program crashed")} {
		t.Run(name, func(t *testing.T) {
			g := &Gateway{Respond: func(_ context.Context, _ *Request, rs *Response) error {
				rs.Write([]byte("Content-Type: text/plain\nContent-Length: 100\n\n"))
				rs.Write([]byte("hello"))
				return last
			}}
			url, stop := serving(t, g)
			response, err := http.Get(url)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			if b, err := io.ReadAll(response.Body); string(b) != "hello" || !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("got %q, %v", b, err)
			}
			if err := stop(); err != nil {
				t.Error(err)
			}
		})
	}
}
