package classifieds_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// A slowBody reports its first Read, and ends when release is closed.
type slowBody struct {
	begun   *sync.WaitGroup
	once    sync.Once
	release chan struct{}
}

func (b *slowBody) Read([]byte) (int, error) {
	b.once.Do(b.begun.Done)
	<-b.release
	return 0, io.EOF
}

// Uploads that use all the memory: one more is answered with 503 when its time ends, a small
// form is not, and the memory comes back.
func TestUploadsShareMemory(t *testing.T) {
	s := open(t)
	const most = 8
	var begun, ended sync.WaitGroup
	release := make(chan struct{})
	begun.Add(most)
	for range most {
		ended.Go(func() { s.do(multipartRequest(t.Context(), &slowBody{begun: &begun, release: release})) })
	}
	begun.Wait()
	ctx, cancel := context.WithTimeout(t.Context(), 1)
	defer cancel()
	w := s.do(multipartRequest(ctx, strings.NewReader("")))
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
