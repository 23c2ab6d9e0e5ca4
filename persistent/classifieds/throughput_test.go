package main_test

import (
	"context"
	"io"
	"net/http"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/classibench/classibench/internal/classifieds"
	"github.com/classibench/classibench/internal/classifieds/dataset"
	"github.com/classibench/classibench/persistent"
)

// BenchmarkCategoryPage takes turns, in the same server, between a page of a
// category and a handler that says "ok"; share-of-ok is the page's throughput as
// a share of the other's.
func BenchmarkCategoryPage(b *testing.B) {
	db := filepath.Join(b.TempDir(), "ads.db")
	if err := dataset.Make(context.Background(), db, dataset.Spec{}, nil); err != nil {
		b.Fatal(err)
	}
	site := classifieds.New(&classifieds.Config{DB: db, Now: time.Now})
	defer site.Close()
	mux := http.NewServeMux()
	mux.Handle("/", site)
	mux.HandleFunc("/ok", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "ok") })
	l, err := persistent.Listen("127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- (&persistent.Server{}).ServeListener(ctx, l, mux) }()
	base := "http://" + l.Addr().String()
	var took [2]time.Duration
	for b.Loop() {
		for i, path := range []string{"/c/bicycles", "/ok"} {
			began := time.Now()
			turn(b, base+path)
			took[i] += time.Since(began)
		}
	}
	stop()
	if err := <-ended; err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(perTurn*b.N)/took[0].Seconds(), "pages/s")
	b.ReportMetric(float64(perTurn*b.N)/took[1].Seconds(), "oks/s")
	b.ReportMetric(took[1].Seconds()/took[0].Seconds(), "share-of-ok")
}

const (
	users   = 8
	perTurn = users * 250
)

var client = http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: users}}

// turn has all users send their share of the requests at once.
func turn(b *testing.B, url string) {
	var wg sync.WaitGroup
	for range users {
		wg.Go(func() {
			for range perTurn / users {
				get(b, url)
			}
		})
	}
	wg.Wait()
}

func get(b *testing.B, url string) {
	resp, err := client.Get(url)
	if err != nil {
		b.Error(err)
		return
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil || resp.StatusCode != http.StatusOK {
		b.Error(resp.Status, err)
	}
}
