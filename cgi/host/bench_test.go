//go:build linux

package host

import (
	"fmt"
	"io"
	"log"
	"log/slog"
	"math"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/classibench/classibench/internal/slowread"
)

// build builds a script.
func build(b *testing.B, pkg string) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "script")
	cmd := exec.Command("go", "build", "-ldflags", "-s -w", "-o", path, pkg)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("%v: %v\n%s", cmd, err, out)
	}
	return path
}

// A side is one of the two hosts, with the costs of its turns.
type side struct {
	url string
	wall,
	cpu []float64 // seconds per request, of host, client and scripts
}

// turn sends two requests from each of a number of clients.
func (s *side) turn(b *testing.B, client *http.Client, clients int) {
	const each = 2
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

// compare measures this host and that of net/http/cgi in alternating turns (ABBA)
// with the same script. Times-as-fast is the time of a request with net/http/cgi
// divided by the time with this host: a geometric mean over the quads, with half of
// its 95% interval. Times-as-thrifty is the same for CPU time.
func compare(b *testing.B, clients int, pkg string) {
	path := build(b, pkg)
	// Both give the script the standard error of this process, the default of
	// net/http/cgi.
	ours := &Handler{Path: path, Logger: slog.New(slog.DiscardHandler), Stderr: os.Stderr}
	theirs := &cgi.Handler{Path: path, Logger: log.New(io.Discard, "", 0)}
	var sides [2]side
	for i, h := range []http.Handler{ours, theirs} {
		srv := httptest.NewUnstartedServer(h)
		if h == http.Handler(ours) { // as Serve does
			srv.Listener, srv.Config.ConnContext = slowread.Listener{Listener: srv.Listener}, slowread.Context
		}
		srv.Start()
		defer srv.Close()
		sides[i].url = srv.URL
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}}
	defer client.CloseIdleConnections()
	for b.Loop() {
		for _, i := range []int{0, 1, 1, 0} {
			sides[i].turn(b, client, clients)
		}
	}
	for i, name := range []string{"µs", "µs-net/http/cgi"} {
		b.ReportMetric(1e6*mean(sides[i].wall), name)
	}
	fast, half := ratio(sides[1].wall, sides[0].wall)
	b.ReportMetric(fast, "times-as-fast")
	b.ReportMetric(half, "±")
	thrifty, _ := ratio(sides[1].cpu, sides[0].cpu)
	b.ReportMetric(thrifty, "times-as-thrifty")
}

func BenchmarkAgainstNetHTTP(b *testing.B) {
	for _, script := range []struct{ name, pkg string }{{"least", "../classifieds/testdata/ok"}, {"sized", "./testdata/sized"}} {
		for _, clients := range []int{1, 8, 64} {
			b.Run(fmt.Sprintf("%s/clients=%d", script.name, clients), func(b *testing.B) { compare(b, clients, script.pkg) })
		}
	}
}

// BenchmarkLarge streams a response that is larger than any buffer to a client that
// reads.
func BenchmarkLarge(b *testing.B) {
	const size = 30_000_000
	path := filepath.Join(b.TempDir(), "large")
	if err := os.WriteFile(path, []byte(fmt.Sprintf("#!/bin/sh\necho Content-Type: a/b\necho\nexec head -c %d /dev/zero\n", size)), 0o700); err != nil {
		b.Fatal(err)
	}
	srv := httptest.NewUnstartedServer(&Handler{Path: path})
	srv.Listener, srv.Config.ConnContext = slowread.Listener{Listener: srv.Listener}, slowread.Context // as Serve does
	srv.Start()
	defer srv.Close()
	b.SetBytes(size)
	used := cpuTime(b)
	for b.Loop() {
		response, err := http.Get(srv.URL)
		if err != nil {
			b.Fatal(err)
		}
		if n, err := io.Copy(io.Discard, response.Body); n != size || err != nil {
			b.Fatalf("got %d bytes, error %v", n, err)
		}
		response.Body.Close()
	}
	b.ReportMetric((cpuTime(b)-used)/float64(b.N)*1e3, "ms-CPU/op")
}

func mean(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

// ratio returns the geometric mean of the quads' ratios, and half of its 95%
// interval.
func ratio(x, y []float64) (r, half float64) {
	var logs, squares []float64
	for i := 0; i+1 < len(x); i += 2 {
		l := math.Log((x[i] + x[i+1]) / (y[i] + y[i+1]))
		logs, squares = append(logs, l), append(squares, l*l)
	}
	m := mean(logs)
	return math.Exp(m), 1.96 * math.Sqrt(max(mean(squares)-m*m, 0)/float64(len(logs)))
}
