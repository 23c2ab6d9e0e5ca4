package classifieds_test

import (
	"context"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"github.com/classibench/classibench/internal/classifieds"
	"github.com/classibench/classibench/internal/classifieds/dataset"
	"github.com/classibench/classibench/internal/classifieds/store"
)

func BenchmarkPages(b *testing.B) {
	db := filepath.Join(b.TempDir(), "ads.db")
	if err := dataset.Make(context.Background(), db, dataset.Spec{}, nil); err != nil {
		b.Fatal(err)
	}
	site := classifieds.New(store.Open, &classifieds.Config{DB: db})
	defer site.Close()
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
