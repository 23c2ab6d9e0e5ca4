package persistent_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"

	"github.com/classibench/classibench/persistent"
)

// A request of which the first bytes have arrived when a server stops is answered, wherever it is
// cut.
func TestStopAnswersARequestThatIsArriving(t *testing.T) {
	for _, p := range protocols {
		request := requestOf(t, p.fastCGI)
		for _, cut := range []int{1, 7, 8, 12, 16, 40, len(request) / 2, len(request) - 9, len(request) - 1} {
			t.Run(fmt.Sprintf("%s, %d of %d bytes", p.name, cut, len(request)), func(t *testing.T) {
				r := start(t, &persistent.Server{FastCGI: p.fastCGI}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					b, err := io.ReadAll(r.Body)
					fmt.Fprint(w, string(b), err)
				}))
				idle, c := dial(t, r.addr, p.fastCGI), dialFast(t, r.addr)
				idle.send("/")
				idle.answer()
				write(t, c, request)
				answerOf(t, c, p.fastCGI)
				write(t, c, request[:cut])
				r.stop()
				closed(t, "an idle connection", idle)
				write(t, c, request[cut:])
				if body := answerOf(t, c, p.fastCGI); body != "hello<nil>" {
					t.Errorf("got %q", body)
				}
				if err := receive(t, r.done); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

func write(t *testing.T, c net.Conn, b []byte) {
	t.Helper()
	if _, err := c.Write(b); err != nil {
		t.Fatal(err)
	}
}

// requestOf returns a request with the body hello.
func requestOf(t *testing.T, fast bool) []byte {
	if !fast {
		return []byte("POST / HTTP/1.1\r\nHost: ads\r\nContent-Length: 5\r\n\r\nhello")
	}
	var b recorder
	(&fastClient{&b, t}).sendRequest(map[string]string{"REQUEST_METHOD": "POST", "REQUEST_URI": "/", "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "ads", "CONTENT_LENGTH": "5"}, []byte("hello"))
	return b.Bytes()
}

// A recorder is a connection that keeps what is written.
type recorder struct {
	net.Conn
	bytes.Buffer
}

func (r *recorder) Read(b []byte) (int, error)  { return r.Buffer.Read(b) }
func (r *recorder) Write(b []byte) (int, error) { return r.Buffer.Write(b) }

func answerOf(t *testing.T, c *fastClient, fast bool) string {
	t.Helper()
	if fast {
		_, _, body := c.receive()
		return body
	}
	body, _ := visit(t, c.Conn).answer()
	return body
}
