package classifieds_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
)

// A slowBody is a form of which no more comes after its beginning until release is closed. It
// reports that its beginning was read.
type slowBody struct {
	beginning io.Reader
	begun     func()
	release   chan struct{}
}

func newSlowBody(beginning string, begun *sync.WaitGroup, release chan struct{}) *slowBody {
	return &slowBody{strings.NewReader(beginning), sync.OnceFunc(begun.Done), release}
}

func (b *slowBody) Read(p []byte) (int, error) {
	if n, err := b.beginning.Read(p); err == nil {
		return n, nil
	}
	b.begun()
	<-b.release
	return 0, io.EOF
}

// Uploads that come slowly hold no memory, whatever they announce and have sent: another one
// is taken at once.
func TestSlowUploadsHoldNoMemory(t *testing.T) {
	for _, c := range []struct {
		name   string
		length int64
		sent   int
	}{
		{"of unknown length", -1, 0}, {"that announce 3 MiB", 3 << 20, 0}, {"that have sent most", 3 << 20, 3<<20 - 100}, {"that announce more than is taken", 1 << 40, 10},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := open(t)
			const many = 40
			var begun, ended sync.WaitGroup
			release := make(chan struct{})
			begun.Add(many)
			for range many {
				r := multipartRequest(t.Context(), newSlowBody("--b\r\n\r\n"+strings.Repeat("x", c.sent), &begun, release))
				r.ContentLength = c.length
				ended.Go(func() { s.do(r) })
			}
			begun.Wait()
			ctx, cancel := context.WithCancel(t.Context())
			cancel() // it would not wait for memory
			if w := s.do(formOf(ctx, 1<<20)); w.Code != http.StatusUnprocessableEntity {
				t.Errorf("another upload: got %d, want 422 for its long text", w.Code)
			}
			close(release)
			ended.Wait()
		})
	}
}

// formOf returns an upload of a size, whose text is too long for an ad.
func formOf(ctx context.Context, size int) *http.Request {
	return multipartRequest(ctx, strings.NewReader("--b\r\nContent-Disposition: form-data; name=\"body\"\r\n\r\n"+strings.Repeat("x", size)+"\r\n--b--\r\n"))
}

// Uploads that have arrived use all the memory, until their clients have the answers: one more
// is answered with 503 when its time ends, a small form is not, and the memory comes back.
func TestUploadsShareMemory(t *testing.T) {
	s := open(t)
	const most = 8
	var begun, ended sync.WaitGroup
	release := make(chan struct{})
	begun.Add(most)
	for range most {
		w := slowReader{httptest.NewRecorder(), &begun, release}
		ended.Go(func() { s.ServeHTTP(w, formOf(t.Context(), 3<<20-1000)) })
	}
	begun.Wait()
	ctx, cancel := context.WithTimeout(t.Context(), 1)
	defer cancel()
	w := s.do(formOf(ctx, 100_000))
	if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
		t.Errorf("one more upload: got %d %v, want 503 with Retry-After", w.Code, w.Header())
	}
	s.posted(adForm())
	close(release)
	ended.Wait()
	if w := s.upload("/ads", adForm(), picture(t, "image/png")); w.Code != http.StatusSeeOther {
		t.Errorf("afterwards, an upload: got %d, want 303", w.Code)
	}
}

// A form that cannot be kept, or whose client is too slow, is answered with the reason.
func TestUploadsThatDoNotArrive(t *testing.T) {
	for name, c := range map[string]struct {
		body io.Reader
		tmp  string
		want int
	}{
		"too slow":   {iotest.ErrReader(fmt.Errorf("read: %w", os.ErrDeadlineExceeded)), "", http.StatusRequestTimeout},
		"broken off": {iotest.ErrReader(io.ErrUnexpectedEOF), "", http.StatusBadRequest},
		"too large":  {io.LimitReader(rand.NewChaCha8([32]byte{}), 4<<20), "", http.StatusRequestEntityTooLarge},
		"no place":   {strings.NewReader("x"), "/nonexistent", http.StatusInsufficientStorage},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			if c.tmp != "" {
				t.Setenv("TMPDIR", c.tmp)
			}
			if w := s.do(multipartRequest(t.Context(), c.body)); w.Code != c.want {
				t.Errorf("got %d, want %d", w.Code, c.want)
			}
		})
	}
}

// A slowReader is a client that takes nothing of its answer until release is closed.
type slowReader struct {
	http.ResponseWriter
	begun   *sync.WaitGroup
	release chan struct{}
}

func (s slowReader) Write(b []byte) (int, error) {
	s.begun.Done()
	<-s.release
	return len(b), nil
}

// Photos whose clients do not read them use all the memory: one more is answered with 503 when
// its time ends, a page is not, and the memory comes back.
func TestPhotosShareMemory(t *testing.T) {
	s := open(t)
	const most = 32
	get := func(ctx context.Context, path string) *http.Request {
		return httptest.NewRequestWithContext(ctx, "GET", path, nil)
	}
	var begun, ended sync.WaitGroup
	release := make(chan struct{})
	begun.Add(most)
	for range most {
		w := slowReader{httptest.NewRecorder(), &begun, release}
		ended.Go(func() { s.ServeHTTP(w, get(t.Context(), "/photos/1")) })
	}
	begun.Wait()
	ctx, cancel := context.WithTimeout(t.Context(), 1)
	defer cancel()
	if w := s.do(get(ctx, "/photos/1")); w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
		t.Errorf("one more photo: got %d %v, want 503 with Retry-After", w.Code, w.Header())
	}
	if w := s.do(get(t.Context(), "/")); w.Code != http.StatusOK {
		t.Errorf("a page: got %d, want 200", w.Code)
	}
	close(release)
	ended.Wait()
	if w := s.do(get(t.Context(), "/photos/1")); w.Code != http.StatusOK {
		t.Errorf("afterwards, a photo: got %d, want 200", w.Code)
	}
}

// multipartRequest returns a post of unknown length.
func multipartRequest(ctx context.Context, body io.Reader) *http.Request {
	r := httptest.NewRequestWithContext(ctx, "POST", "/ads", body)
	r.ContentLength = -1
	r.Header.Set("Content-Type", "multipart/form-data; boundary=b")
	return r
}
