package classifieds_test

import (
	"context"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/classibench/classibench/internal/classifieds"
	"github.com/classibench/classibench/internal/classifieds/dataset"
	"github.com/classibench/classibench/internal/classifieds/store"
)

// openLarge opens a site with the default data set.
func openLarge(b *testing.B) *classifieds.Site {
	db := filepath.Join(b.TempDir(), "ads.db")
	if err := dataset.Make(context.Background(), db, dataset.Spec{}, nil); err != nil {
		b.Fatal(err)
	}
	site := classifieds.New(store.Open, &classifieds.Config{DB: db})
	b.Cleanup(func() { site.Close() })
	return site
}

func BenchmarkPages(b *testing.B) {
	site := openLarge(b)
	for name, path := range map[string]string{
		"home": "/", "category": "/c/bicycles", "older": "/c/bicycles?before=30000", "search": "/search?q=sofa&max=300", "ad": "/ads/30000", "photo": "/photos/7",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				w := httptest.NewRecorder()
				site.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
				if w.Code != 200 {
					b.Fatal(w.Code, w.Body)
				}
			}
		})
	}
}

// BenchmarkPosts sends a new ad, a reply and a flag.
func BenchmarkPosts(b *testing.B) {
	site := openLarge(b)
	reply := url.Values{"name": {"Bob"}, "email": {"bob@example.org"}, "message": {"Is it still there?"}}
	for name, post := range map[string]struct {
		path string
		form url.Values
	}{"ad": {"/ads", adForm()}, "reply": {"/ads/30000/reply", reply}, "flag": {"/ads/30000/flag", nil}} {
		body := post.form.Encode()
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				w, r := httptest.NewRecorder(), httptest.NewRequest("POST", post.path, strings.NewReader(body))
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				site.ServeHTTP(w, r)
				if w.Code != 303 {
					b.Fatal(w.Code, w.Body)
				}
			}
		})
	}
}
