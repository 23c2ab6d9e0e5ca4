package classifieds_test

import (
	"bytes"
	"context"
	"flag"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/classibench/classibench/internal/classifieds"
	"github.com/classibench/classibench/internal/classifieds/dataset"
	"github.com/classibench/classibench/internal/classifieds/pages"
	"github.com/classibench/classibench/internal/classifieds/store"
)

const ads = 600 // in the data set of the tests; every tenth has a photo

// pristine is the data set that TestMain makes. Tests use copies of it.
var pristine string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "classifieds-test-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	pristine = filepath.Join(dir, "ads.db")
	if err := dataset.Make(context.Background(), pristine, dataset.Spec{Ads: ads, Categories: 8}, nil); err != nil {
		panic(err)
	}
	return m.Run()
}

// A town is a site for tests, with methods for requests.
type town struct {
	*classifieds.Site
	tb testing.TB
	db string // path of its data set
}

func open(tb testing.TB) *town {
	tb.Helper()
	return openData(tb, copyData(tb))
}

func copyData(tb testing.TB) string {
	tb.Helper()
	db := filepath.Join(tb.TempDir(), "ads.db")
	if err := dataset.Copy(tb.Context(), db, pristine); err != nil {
		tb.Fatal(err)
	}
	return db
}

func openData(tb testing.TB, db string) *town {
	tb.Helper()
	now := time.Date(2026, time.July, 1, 12, 0, 0, 0, time.UTC)
	site := classifieds.New(store.Open, &classifieds.Config{DB: db, Now: func() time.Time { return now }, Logger: slog.New(slog.NewTextHandler(tb.Output(), nil))})
	if err := site.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := site.Close(); err != nil {
			tb.Error(err)
		}
	})
	return &town{site, tb, db}
}

func (s *town) do(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func (s *town) get(path string) *httptest.ResponseRecorder {
	return s.do(httptest.NewRequest("GET", path, nil))
}

func (s *town) post(path string, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.do(r)
}

// upload posts a form with a photo.
func (s *town) upload(path string, form url.Values, photo []byte) *httptest.ResponseRecorder {
	s.tb.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for name, values := range form {
		for _, v := range values {
			if err := m.WriteField(name, v); err != nil {
				s.tb.Fatal(err)
			}
		}
	}
	part, err := m.CreateFormFile("photo", "photo.jpg")
	if err != nil {
		s.tb.Fatal(err)
	}
	part.Write(photo) // never fails: it writes to memory
	m.Close()
	r := httptest.NewRequest("POST", path, &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return s.do(r)
}

// adForm returns an ad without mistakes, with some fields changed.
func adForm(change ...string) url.Values {
	form := url.Values{"category": {"bicycles"}, "title": {"Zeppelin"}, "body": {"Filled with xylophones."}, "price": {"25"},
		"place": {"Harbour"}, "seller": {"Zoë"}, "email": {"zoe@example.org"}}
	for i := 0; i < len(change); i += 2 {
		form.Set(change[i], change[i+1])
	}
	return form
}

// posted posts an ad and returns the address of its edit page.
func (s *town) posted(form url.Values) string {
	s.tb.Helper()
	w := s.post("/ads", form)
	if w.Code != http.StatusSeeOther {
		s.tb.Fatalf("the answer to a post is %d: %s", w.Code, w.Body)
	}
	return w.Header().Get("Location")
}

func TestRequests(t *testing.T) {
	s := open(t)
	for _, c := range []struct {
		method, path string
		status       int
		kind, marker string
	}{
		{"GET", "/", 200, "text/html; charset=utf-8", `class="home"`},
		{"GET", "/c/bicycles", 200, "text/html; charset=utf-8", `class="category"`},
		{"GET", "/c/bicycles?before=abc", 200, "text/html; charset=utf-8", `class="category"`},
		{"GET", "/c/bicycles?before=1", 200, "text/html; charset=utf-8", "No older ads here."},
		{"GET", "/c/bicycles?before=-5", 200, "text/html; charset=utf-8", `class="category"`},
		{"GET", "/c/nothing", 404, "text/html; charset=utf-8", "Not here"},
		{"GET", "/c/", 404, "text/html; charset=utf-8", "Not here"},
		{"GET", "/search", 200, "text/html; charset=utf-8", `class="search"`},
		{"GET", "/search?q=zeppelin", 200, "text/html; charset=utf-8", "Nothing was found."},
		{"GET", "/search?q=bike&category=none", 200, "text/html; charset=utf-8", "There is no such category."},
		{"GET", "/search?q=bike&min=cheap", 200, "text/html; charset=utf-8", "A price is a number"},
		{"GET", "/search?q=bike&min=30&max=20", 200, "text/html; charset=utf-8", "The first price is above the second."},
		{"GET", "/ads/10", 200, "text/html; charset=utf-8", `class="ad"`},
		{"GET", "/ads/0", 404, "text/html; charset=utf-8", "Not here"},
		{"GET", "/ads/-1", 404, "text/html; charset=utf-8", "Not here"},
		{"GET", "/ads/99999999999999999999", 404, "text/html; charset=utf-8", "Not here"},
		{"GET", "/ads/10?done=flagged", 200, "text/html; charset=utf-8", "we will look at this ad"},
		{"GET", "/ads/10?done=<b>", 200, "text/html; charset=utf-8", `class="ad"`},
		{"GET", "/photos/1", 200, "image/jpeg", "\xff\xd8\xff"},
		{"GET", "/photos/9999", 404, "text/html; charset=utf-8", "Not here"},
		{"GET", "/post", 200, "text/html; charset=utf-8", `class="form"`},
		{"GET", "/nowhere", 404, "text/html; charset=utf-8", "Not here"},
		{"POST", "/nowhere", 404, "text/html; charset=utf-8", "Not here"},
		{"GET", "/ads/10/edit", 404, "text/html; charset=utf-8", "Not here"},
		{"GET", pages.StylesheetPath, 200, "text/css; charset=utf-8", "--ink"},
		{"GET", "/site.css", 404, "text/html; charset=utf-8", "Not here"},
	} {
		t.Run(c.method+" "+c.path, func(t *testing.T) {
			w := s.do(httptest.NewRequest(c.method, c.path, nil))
			if w.Code != c.status || w.Header().Get("Content-Type") != c.kind || !strings.Contains(w.Body.String(), c.marker) {
				t.Errorf("got %d, %s, want %d, %s, with %q in\n%s", w.Code, w.Header().Get("Content-Type"), c.status, c.kind, c.marker, w.Body)
			}
			if w.Header().Get("X-Content-Type-Options") != "nosniff" {
				t.Error("the header lets a browser guess the type")
			}
			if strings.HasPrefix(c.kind, "text/html") {
				check(t, w.Body.String())
				if !strings.HasPrefix(w.Header().Get("Content-Security-Policy"), "default-src 'none'") {
					t.Error("the page has no content policy")
				}
			}
		})
	}
}

func TestOtherMethods(t *testing.T) {
	s := open(t)
	for path, allow := range map[string]string{"/": "GET, HEAD", "/ads": "POST", "/ads/10": "GET, HEAD", "/ads/10/edit": "GET, HEAD, POST", "/ads/10/reply": "POST", "/post": "GET, HEAD"} {
		w := s.do(httptest.NewRequest("DELETE", path, nil))
		if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != allow {
			t.Errorf("DELETE %s: got %d, allowed are %q, want 405 and %q", path, w.Code, w.Header().Get("Allow"), allow)
		}
	}
	if w := s.get("/ads/10/flag"); w.Code != http.StatusMethodNotAllowed {
		t.Errorf("a link can flag an ad: %d", w.Code)
	}
}

func TestHead(t *testing.T) {
	s := open(t)
	for _, path := range []string{"/", "/ads/10", "/photos/1", "/nowhere"} {
		get, head := s.get(path), s.do(httptest.NewRequest("HEAD", path, nil))
		if head.Code != get.Code || head.Body.Len() != 0 || head.Header().Get("Content-Length") != get.Header().Get("Content-Length") {
			t.Errorf("HEAD %s: %d with %d bytes and %v, GET: %d and %v", path, head.Code, head.Body.Len(), head.Header(), get.Code, get.Header())
		}
	}
}

// TestOlder follows the links of a category to its end.
func TestOlder(t *testing.T) {
	s := open(t)
	seen := map[string]bool{}
	path := "/c/furniture"
	for path != "" {
		p := check(t, s.get(path).Body.String())
		path = ""
		for _, a := range p.all("a") {
			switch href := attr(a, "href"); {
			case strings.HasPrefix(href, "/ads/") && seen[href]:
				t.Errorf("%s is on two pages", href)
			case strings.HasPrefix(href, "/ads/"):
				seen[href] = true
			case attr(a, "rel") == "next":
				path = href
			}
		}
	}
	heading := text(check(t, s.get("/c/furniture").Body.String()).all("h1")[0])
	if want := "Furniture " + pages.Count(int64(len(seen))) + " ads"; heading != want || len(seen) < 60 {
		t.Errorf("the pages have %d ads, but the heading is %q", len(seen), heading)
	}
}

// TestSearchKeeps checks that a search keeps the typed values, also on its next
// page.
func TestSearchKeeps(t *testing.T) {
	s := open(t)
	p := check(t, s.get("/search?q=for+%26+the&category=furniture&min=1&max=%241%2C000").Body.String())
	kept := map[string]string{}
	for _, f := range p.all("input") {
		kept[attr(f, "name")] = attr(f, "value")
	}
	for _, o := range p.all("option") {
		if _, ok := lookup(o, "selected"); ok {
			kept["category"] = attr(o, "value")
		}
	}
	if kept["q"] != "for & the" || kept["category"] != "furniture" || kept["min"] != "1" || kept["max"] != "$1,000" {
		t.Errorf("the form keeps %v", kept)
	}
	p = check(t, s.get("/search?q=the&category=furniture&max=%241%2C000").Body.String())
	for _, a := range p.all("a") {
		if attr(a, "rel") == "next" {
			next, err := url.Parse(attr(a, "href"))
			if q := next.Query(); err != nil || q.Get("max") != "$1,000" || q.Get("category") != "furniture" || q.Get("before") == "" {
				t.Errorf("the address of the next page is %s", next)
			}
			return
		}
	}
	t.Error("there is no next page")
}

func TestNoData(t *testing.T) {
	var log bytes.Buffer
	path := filepath.Join(t.TempDir(), "none.db")
	site := classifieds.New(store.Open, &classifieds.Config{DB: path, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	if err := site.Start(); err == nil || !strings.Contains(err.Error(), "classibench initdb "+path) {
		t.Errorf("Start without data: %v, want an error", err)
	}
	w := httptest.NewRecorder()
	site.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if w.Code != 500 || strings.Contains(w.Body.String(), path) || !strings.Contains(log.String(), "classibench initdb") {
		t.Errorf("the answer is %d %s, the log has %s", w.Code, w.Body, &log)
	}
	check(t, w.Body.String())
	if err := site.Close(); err != nil {
		t.Error(err)
	}
}

func TestFlags(t *testing.T) {
	t.Setenv("CLASSIFIEDS_DB", pristine)
	f := flag.NewFlagSet("", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	c := classifieds.Flags(f)
	if c.DB != pristine {
		t.Errorf("the environment sets %s, but the site uses %s", pristine, c.DB)
	}
	if err := f.Parse([]string{"-db", "other.db"}); err != nil || c.DB != "other.db" {
		t.Errorf("the flag does not override the environment: %s, %v", c.DB, err)
	}
	t.Setenv("CLASSIFIEDS_NOW", "1782820800")
	if c := classifieds.Flags(flag.NewFlagSet("", flag.ContinueOnError)); !c.Now().Equal(time.Unix(1782820800, 0)) {
		t.Errorf("the clock shows %v", c.Now())
	}
	t.Setenv("CLASSIFIEDS_NOW", "noon")
	err := classifieds.New(store.Open, classifieds.Flags(flag.NewFlagSet("", flag.ContinueOnError))).Start()
	if err == nil || !strings.Contains(err.Error(), `CLASSIFIEDS_NOW is "noon": want a Unix time in seconds`) {
		t.Errorf("got %v for an invalid CLASSIFIEDS_NOW", err)
	}
}
