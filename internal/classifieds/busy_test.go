//go:build unix

package classifieds_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/classibench/classibench/internal/classifieds"
	"github.com/classibench/classibench/internal/classifieds/classifiedstest"
	"github.com/classibench/classibench/internal/classifieds/listings"
	"github.com/classibench/classibench/internal/classifieds/store"
)

// Visitors who leave while another process holds the lock: none of their ads appears.
func TestAbandonedPosts(t *testing.T) {
	s := open(t)
	release := classifiedstest.Lock(t, s.db)
	const visitors = 30
	var begun, ended sync.WaitGroup
	begun.Add(visitors)
	ended.Add(visitors)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer ended.Done()
		begun.Done()
		s.ServeHTTP(w, r)
	}))
	defer server.Close()
	ctx, leave := context.WithCancel(t.Context())
	for range visitors {
		go abandon(ctx, server.URL)
	}
	begun.Wait()
	leave()
	ended.Wait() // long before the line's patience ends
	release()
	s.posted(adForm("title", "Airship"))
	if home := s.get("/").Body.String(); strings.Contains(home, ">Zeppelin<") || !strings.Contains(home, ">Airship<") {
		t.Errorf("want the ad of the visitor who stayed, and none of the others, in %s", home)
	}
}

func abandon(ctx context.Context, url string) {
	r, _ := http.NewRequestWithContext(ctx, "POST", url+"/ads", strings.NewReader(adForm().Encode())) // the method and the URL are right
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if rs, err := http.DefaultClient.Do(r); err == nil {
		rs.Body.Close()
	}
}

// Every kind of write is answered with 503 if its time ends before it has the lock.
func TestBusy(t *testing.T) {
	s := open(t)
	edit := s.posted(adForm())
	ad, _, _ := strings.Cut(edit, "/edit")
	release := classifiedstest.Lock(t, s.db)
	forms := map[string]string{"/ads": adForm().Encode(), edit: adForm("title", "Airship").Encode(), ad + "/delete": "key=" + key(t, edit),
		ad + "/reply": "name=Bob&email=bob@example.org&message=Hello", ad + "/flag": ""}
	for path, form := range forms {
		ctx, cancel := context.WithTimeout(t.Context(), 1)
		r := httptest.NewRequestWithContext(ctx, "POST", path, strings.NewReader(form))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := s.do(r)
		cancel()
		if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") != "5" || !strings.Contains(text(check(t, w.Body.String()).byID("main")), "Nothing was saved.") {
			t.Errorf("POST %s: got %d %v, want 503 with Retry-After", path, w.Code, w.Header())
		}
	}
	release()
	if page := s.get(edit).Body.String(); !strings.Contains(page, `value="Zeppelin"`) || strings.Contains(page, "Bob") {
		t.Error("a write that was answered with 503 changed the ad")
	}
}

// Every page is answered with 503 if its time ends while another process has locked the whole
// file, and is there again afterwards.
func TestBusyPages(t *testing.T) {
	s := openUnlogged(t)
	edit := s.posted(adForm())
	release := classifiedstest.LockFile(t, s.db)
	paths := []string{"/", "/c/bicycles", "/search?q=bike", "/ads/10", "/photos/1", "/photos/0000000000000000000000000000000000000000", "/post", edit}
	for _, path := range paths {
		ctx, cancel := context.WithTimeout(t.Context(), 1)
		w := s.do(httptest.NewRequestWithContext(ctx, "GET", path, nil))
		cancel()
		if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") != "5" {
			t.Errorf("GET %s: got %d %v, want 503 with Retry-After", path, w.Code, w.Header())
		}
	}
	release()
	for _, path := range paths {
		if w := s.get(path); w.Code == http.StatusServiceUnavailable {
			t.Errorf("GET %s after the lock: got 503", path)
		}
	}
}

// openUnlogged opens a data set whose file other processes can lock as a whole.
func openUnlogged(t *testing.T) *town {
	t.Helper()
	db := copyData(t)
	classifiedstest.Unlogged(t, db)
	return openData(t, db)
}

// A read that is busy after an ad was written must not answer that nothing was saved: the
// visitor would post it again.
func TestNothingFailsAfterPost(t *testing.T) {
	db := open(t).db
	site := classifieds.New(func(path string) (*busyAfterAdd, error) {
		s, err := store.Open(path)
		return &busyAfterAdd{Store: s}, err
	}, &classifieds.Config{DB: db, Logger: slog.New(slog.NewTextHandler(t.Output(), nil))})
	defer site.Close()
	if w := (&town{site, t, db}).post("/ads", adForm()); w.Code != http.StatusSeeOther {
		t.Errorf("got %d, want 303", w.Code)
	}
}

// A busyAfterAdd is a store whose database is locked once an ad is written.
type busyAfterAdd struct {
	classifieds.Store
	added bool
}

func (s *busyAfterAdd) Add(ctx context.Context, ad listings.Ad, photos []listings.Photo) (int64, error) {
	s.added = true
	return s.Store.Add(ctx, ad, photos)
}

func (s *busyAfterAdd) Secret(ctx context.Context) ([]byte, error) {
	if s.added {
		return nil, listings.ErrBusy
	}
	return s.Store.Secret(ctx)
}

// A post whose body comes so slowly that the server could not send the answer any more is not
// written.
func TestSlowPost(t *testing.T) {
	s := open(t)
	synctest.Test(t, func(t *testing.T) {
		r := httptest.NewRequest("POST", "/ads", io.MultiReader(strings.NewReader(adForm().Encode()), late{}))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if w := s.do(r); w.Code != http.StatusServiceUnavailable {
			t.Errorf("got %d, want 503", w.Code)
		}
	})
	if home := s.get("/").Body.String(); strings.Contains(home, ">Zeppelin<") {
		t.Error("the ad appeared")
	}
}

// late is the end of a body that comes after 26 seconds.
type late struct{}

func (late) Read([]byte) (int, error) {
	time.Sleep(26 * time.Second) // of the test's own clock
	return 0, io.EOF
}
