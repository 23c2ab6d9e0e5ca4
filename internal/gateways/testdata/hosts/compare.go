package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/classibench/classibench/bench/stats"
)

// compareAll prints a table for each script, and returns what it shows.
func (s *study) compareAll(ctx context.Context) error {
	slices.SortFunc(s.hosts[1:], func(a, b served) int { return strings.Compare(a.name, b.name) })
	var failed error
	for _, x := range scripts {
		fmt.Printf("\n%s, %d clients, %d quads of turns of %v:\n\n| host | requests/s | our host, times as fast | 95%% interval |\n| --- | --- | --- | --- |\n", x.name, s.clients, s.quads, s.turn)
		for _, other := range s.hosts[1:] {
			p, err := s.pair(ctx, other.urls[x.name], s.hosts[0].urls[x.name])
			if err != nil {
				return fmt.Errorf("%s, %s: %w", other.name, x.name, err)
			}
			g := stats.Estimate(p.quads, 0.95)
			low, high := math.Exp(g.Interval.Low), math.Exp(g.Interval.High)
			fmt.Printf("| %s | %.0f (ours %.0f) | %.2f | %.2f to %.2f |\n", other.name, p.rates[0], p.rates[1], g.Ratio(), low, high)
			failed = worse(failed, judge(low, high, wanted(other.name, x.name)))
		}
	}
	return failed
}

// wanted is the ratio by which ours has to be ahead.
func wanted(other, script string) float64 {
	if other == "net/http/cgi" && script == sized {
		return 1.05
	}
	return 1
}

func judge(low, high, wanted float64) error {
	switch {
	case high < wanted:
		return errNo
	case low < wanted:
		return errUndecided
	}
	return nil
}

// worse returns the worse of two answers.
func worse(a, b error) error {
	if a == errNo || b == nil {
		return a
	}
	return b
}

// A pair is the measurement of two hosts.
type pair struct {
	quads []float64  // logarithms of the second's rate divided by the first's
	rates [2]float64 // right answers per second
}

// order is that of the sides in a quad.
var order = [4]int{0, 1, 1, 0}

// pair measures two hosts in quads of turns.
func (s *study) pair(ctx context.Context, first, second string) (p pair, err error) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: s.clients}}
	defer client.CloseIdleConnections()
	urls := [2]string{first, second}
	for _, url := range urls { // connections, caches
		if _, _, err := s.offer(ctx, client, url); err != nil {
			return p, err
		}
	}
	var hits, seconds [2]float64
	for range s.quads {
		var h, t [4]float64
		for i, side := range order {
			if h[i], t[i], err = s.offer(ctx, client, urls[side]); err != nil {
				return p, err
			}
			hits[side], seconds[side] = hits[side]+h[i], seconds[side]+t[i]
		}
		p.quads = append(p.quads, stats.Quad(h, t))
	}
	p.rates = [2]float64{hits[0] / seconds[0], hits[1] / seconds[1]}
	return p, nil
}

// offer asks a host for a turn, in a closed loop, and returns the number of its answers
// and the time in seconds until the last.
func (s *study) offer(ctx context.Context, client *http.Client, url string) (hits, seconds float64, err error) {
	var all sync.WaitGroup
	var n atomic.Int64
	errs := make(chan error, s.clients)
	began := time.Now()
	for range s.clients {
		all.Go(func() {
			for time.Since(began) < s.turn {
				if err := ask(ctx, client, url); err != nil {
					errs <- err
					return
				}
				n.Add(1)
			}
		})
	}
	all.Wait()
	took := time.Since(began).Seconds()
	select {
	case err := <-errs:
		return 0, 0, err
	default:
		return float64(n.Load()), took, nil
	}
}

// ask accepts the right answer only.
func ask(ctx context.Context, client *http.Client, url string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := client.Do(r)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	b, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK || string(b) != "ok" {
		return fmt.Errorf("got %s, %.100q, %v; want ok", response.Status, b, err)
	}
	return nil
}
