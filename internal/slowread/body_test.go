package slowread

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"testing/synctest"
	"time"
)

// An overPipe is a ResponseWriter whose connection is one half of a pipe.
type overPipe struct {
	http.ResponseWriter
	net.Conn
}

func (p overPipe) Write(b []byte) (int, error) { return p.Conn.Write(b) }

// piped returns a Body that comes from a client.
func piped(t *testing.T, pause time.Duration) (*Body, net.Conn) {
	server, client := net.Pipe()
	t.Cleanup(func() { server.Close(); client.Close() })
	return NewBody(overPipe{httptest.NewRecorder(), server}, &http.Request{Body: server}, pause), client
}

// TestBodyRule checks which clients can send a body, and when the others fail, in virtual time.
func TestBodyRule(t *testing.T) {
	for _, c := range []struct {
		name  string
		size  int
		bytes int // that the client sends at once
		every time.Duration
		low   time.Duration // bounds of the moment of the failure; 0 means never
		high  time.Duration
	}{
		{"sends nothing", 1000, 1, time.Hour, 20 * time.Second, 21 * time.Second},
		{"a byte a second", 1000, 1, time.Second, 20 * time.Second, 22 * time.Second},
		{"just too slow", 1 << 20, 450, time.Second, 190 * time.Second, 212 * time.Second},
		{"in time", 330_000, 550, time.Second, 0, 0},
		{"20 KB at 2 KB/s", 20_000, 2000, time.Second, 0, 0},
		{"in large pieces", 100_000, 9000, 18 * time.Second, 0, 0},
		{"pauses for too long", 200_000, 100_000, 22 * time.Second, 20 * time.Second, 21 * time.Second},
		{"much, and then nothing", 20_000_000, 10_000_000, time.Second, 20 * time.Second, 25 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				body, client := piped(t, 0)
				left := make(chan struct{})
				go func() {
					defer close(left)
					for sent := 0; sent < c.size; sent += c.bytes {
						time.Sleep(c.every)
						if c.name == "much, and then nothing" && sent > 0 {
							time.Sleep(time.Hour)
						}
						if _, err := client.Write(make([]byte, min(c.bytes, c.size-sent))); err != nil {
							return
						}
					}
					client.Close()
				}()
				began := time.Now()
				n, err := io.Copy(io.Discard, body)
				took := time.Since(began)
				client.Close()
				<-left
				switch {
				case c.low == 0 && (err != nil || n != int64(c.size) || body.Slow()):
					t.Errorf("after %v: got %d of %d bytes, error %v, slow: %v", took, n, c.size, err, body.Slow())
				case c.low > 0 && (!errors.Is(err, ErrSlowBody) || !errors.Is(err, os.ErrDeadlineExceeded) || !body.Slow() || took < c.low || took > c.high):
					t.Errorf("failed after %v with %v, want %v to %v", took, err, c.low, c.high)
				}
			})
		})
	}
}

// Time in which the handler does not read does not count.
func TestAHandlerThatPauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		body, client := piped(t, 0)
		go func() { client.Write([]byte("hello")); client.Close() }()
		b := make([]byte, 1)
		for range 5 {
			time.Sleep(time.Minute)
			if _, err := body.Read(b); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := body.Read(b); err != io.EOF {
			t.Errorf("got %v, want the end", err)
		}
		time.Sleep(time.Minute)
		if _, err := body.Read(b); err != io.EOF {
			t.Errorf("after the end, got %v", err)
		}
	})
}

// A whole is a body that fills what it is given, as one does that comes in a long chunk.
type whole struct{ net.Conn }

func (w whole) Read(p []byte) (int, error) { return io.ReadFull(w.Conn, p) }

// A client that sends one long chunk slowly, but not too slowly, is judged by its bytes.
func TestALongChunk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, client := net.Pipe()
		defer client.Close()
		const size = 60_000
		body := NewBody(overPipe{httptest.NewRecorder(), server}, &http.Request{Body: whole{server}, ContentLength: -1}, 0)
		go func() {
			for range size / 600 {
				time.Sleep(time.Second)
				client.Write(make([]byte, 600))
			}
		}()
		if n, err := io.ReadFull(body, make([]byte, size)); n != size || err != nil {
			t.Errorf("got %d bytes, %v", n, err)
		}
		if _, err := body.Read(make([]byte, 1)); err != ErrSlowBody {
			t.Errorf("got %v, want ErrSlowBody", err)
		}
	})
}

// A handler's own deadline holds, and a long one does not protect a slow client.
func TestBodyWithADeadline(t *testing.T) {
	for _, c := range []struct {
		name string
		own  time.Duration
		want time.Duration
		slow bool
	}{{"short", 3 * time.Second, 3 * time.Second, false}, {"long", time.Hour, 20 * time.Second, true}} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				body, _ := piped(t, 0)
				began := time.Now()
				if err := body.SetDeadline(began.Add(c.own)); err != nil {
					t.Fatal(err)
				}
				_, err := body.Read(make([]byte, 1))
				took := time.Since(began)
				if !errors.Is(err, os.ErrDeadlineExceeded) || body.Slow() != c.slow || took < c.want || took > c.want+time.Second {
					t.Errorf("after %v: got %v, slow: %v; want %v and %v", took, err, body.Slow(), c.want, c.slow)
				}
			})
		})
	}
}

// What a handler leaves has a pause of its own: net/http reads it at the end.
func TestRestOfABody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		body, client := piped(t, 0)
		defer client.Close()
		time.Sleep(time.Minute)
		began := time.Now()
		body.Rest()
		if _, err := body.ReadCloser.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		if took := time.Since(began); took < 20*time.Second || took > 21*time.Second {
			t.Errorf("the client had %v, want 20 s", took)
		}
	})
}

// The status of an error is that of a slow client, and others remain.
func TestStatus(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		body, _ := piped(t, 0)
		if got := body.Status(400); got != 400 {
			t.Errorf("before: %d", got)
		}
		body.Read(make([]byte, 1))
		for code, want := range map[int]int{200: 200, 303: 303, 400: 408, 500: 408} {
			if got := body.Status(code); got != want {
				t.Errorf("%d becomes %d, want %d", code, got, want)
			}
		}
		var none *Body
		none.Rest()
		if none.Slow() || none.Status(400) != 400 {
			t.Error("a request without a body is slow")
		}
	})
}

// The server removes the files of a form, and the handler gets the trailers.
func TestHandlerKeepsTheRequest(t *testing.T) {
	var form bytes.Buffer
	form.WriteString("--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f\"\r\n\r\nhello\r\n--b--\r\n")
	var left string
	inner := Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if err := r.ParseMultipartForm(0); err != nil {
			t.Error(err)
			return
		}
		io.Copy(io.Discard, r.Body)
		if got := r.Trailer.Get("Sum"); got != "7" {
			t.Errorf("the trailer is %q, want 7", got)
		}
		file, _, err := r.FormFile("f")
		if err != nil {
			t.Error(err)
			return
		}
		left = file.(*os.File).Name()
		file.Close()
	}), 0)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		inner.ServeHTTP(w, r)
		if r.MultipartForm == nil {
			t.Error("the server does not know the form")
		}
	}))
	defer s.Close()
	r, err := http.NewRequest("POST", s.URL, io.MultiReader(&form)) // in chunks
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "multipart/form-data; boundary=b")
	r.Trailer = http.Header{"Sum": {"7"}}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	s.Close() // waits for the handler
	if _, err := os.Stat(left); left == "" || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the form's file %q is left: %v", left, err)
	}
}
