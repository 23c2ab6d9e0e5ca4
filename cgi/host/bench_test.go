//go:build linux

package host

import (
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"
)

// leastScript builds the least that a CGI program in Go can be.
func leastScript(b *testing.B) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "ok")
	cmd := exec.Command("go", "build", "-ldflags", "-s -w", "-o", path, "../classifieds/testdata/ok")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("%v: %v\n%s", cmd, err, out)
	}
	return path
}

// A side is one of two hosts, and what its turns took.
type side struct {
	url string
	wall,
	cpu []float64 // of host, client and scripts; seconds per request
}

// turn sends requests from a number of clients.
func (s *side) turn(b *testing.B, client *http.Client, clients, each int) {
	began, used := time.Now(), cpuTime(b)
	var wg sync.WaitGroup
	for range clients {
		wg.Go(func() {
			for range each {
				response, err := client.Get(s.url)
				if err != nil {
					b.Error(err)
					return
				}
				if body, err := io.ReadAll(response.Body); string(body) != "ok" {
					b.Errorf("got %q, %v", body, err)
				}
				response.Body.Close()
			}
		})
	}
	wg.Wait()
	n := float64(clients * each)
	s.wall = append(s.wall, time.Since(began).Seconds()/n)
	s.cpu = append(s.cpu, (cpuTime(b)-used)/n)
}

func cpuTime(b *testing.B) float64 {
	var ns int64
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var u syscall.Rusage
		if err := syscall.Getrusage(who, &u); err != nil {
			b.Fatal(err)
		}
		ns += u.Utime.Nano() + u.Stime.Nano()
	}
	return float64(ns) / 1e9
}

// compare lets this host and that of net/http/cgi take turns (ABBA) with the same
// script. Figures are medians over the turns; times-as-fast is the time of a
// request with net/http/cgi as a multiple of that with this host, times-as-thrifty
// the same for CPU time.
func compare(b *testing.B, clients, each int) {
	path := leastScript(b)
	ours := &Handler{Path: path, Logger: slog.New(slog.DiscardHandler)}
	theirs := &cgi.Handler{Path: path, Logger: log.New(io.Discard, "", 0)}
	var sides [2]side
	for i, h := range []http.Handler{ours, theirs} {
		srv := httptest.NewServer(h)
		defer srv.Close()
		sides[i].url = srv.URL
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}}
	defer client.CloseIdleConnections()
	for b.Loop() {
		for _, i := range []int{0, 1, 1, 0} {
			sides[i].turn(b, client, clients, each)
		}
	}
	b.ReportMetric(1e6*median(sides[0].wall), "µs/request")
	b.ReportMetric(1e6*median(sides[1].wall), "µs/request-net/http/cgi")
	b.ReportMetric(ratio(sides[1].wall, sides[0].wall), "times-as-fast")
	b.ReportMetric(ratio(sides[1].cpu, sides[0].cpu), "times-as-thrifty")
}

func BenchmarkSerial(b *testing.B)       { compare(b, 1, 10) }
func BenchmarkEightClients(b *testing.B) { compare(b, 8, 10) }

func median(x []float64) float64 {
	x = slices.Sorted(slices.Values(x))
	return (x[(len(x)-1)/2] + x[len(x)/2]) / 2
}

// ratio is the median of the ratios of pairs of neighbouring turns.
func ratio(x, y []float64) float64 {
	r := make([]float64, len(x))
	for i := range x {
		r[i] = x[i] / y[i]
	}
	return median(r)
}
