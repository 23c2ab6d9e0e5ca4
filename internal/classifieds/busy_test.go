//go:build unix

package classifieds_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/classibench/classibench/internal/classifieds/classifiedstest"
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
