package main

import (
	"context"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"
)

// period is the time between two requests of the client, and patience how long it waits
// for an answer.
const (
	period   = 50 * time.Millisecond
	patience = 5 * time.Second
)

// visits are the requests of a well-behaved client.
type visits struct {
	n    int
	mu   sync.Mutex
	took []time.Duration // of those that were answered with 200
}

// until sends a request each period, on a new connection, until over receives a value.
// It does not wait for one answer before it sends the next request.
func (v *visits) until(over <-chan error, url string) error {
	client := &http.Client{Timeout: patience, Transport: &http.Transport{DisableKeepAlives: true}}
	var flying sync.WaitGroup
	defer flying.Wait()
	tick := time.NewTicker(period)
	defer tick.Stop()
	for {
		select {
		case err := <-over:
			return err
		case <-tick.C:
		}
		v.n++
		due := time.Now()
		flying.Go(func() {
			if !fetch(client, url) {
				return
			}
			v.mu.Lock()
			defer v.mu.Unlock()
			v.took = append(v.took, time.Since(due))
		})
	}
}

func fetch(client *http.Client, url string) (ok bool) {
	response, err := client.Get(url)
	if err != nil {
		return false
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	return err == nil && response.StatusCode == http.StatusOK
}

// rate is that of an honest client on a slow line, in bytes per second.
const rate = 50_000

// slowly adds the visit of a client that reads a page of 5 MB at rate.
func (v *visits) slowly(ctx context.Context, url string) {
	began := time.Now()
	whole := download(ctx, url) == page
	v.mu.Lock()
	defer v.mu.Unlock()
	v.n++
	if whole {
		v.took = append(v.took, time.Since(began))
	}
}

// download reads a page at rate, and returns the bytes that came.
func download(ctx context.Context, url string) (n int64) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0
	}
	response, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(r)
	if err != nil {
		return 0
	}
	defer response.Body.Close()
	tick := time.NewTicker(period)
	defer tick.Stop()
	for range tick.C {
		k, err := io.CopyN(io.Discard, response.Body, rate*int64(period)/int64(time.Second))
		if n += k; err != nil {
			return n
		}
	}
	return n
}

// share is the share of requests that were answered.
func (v *visits) share() float64 { return float64(len(v.took)) / float64(max(v.n, 1)) }

// quantile returns a quantile of the latencies, in whole milliseconds.
func (v *visits) quantile(q float64) time.Duration {
	if len(v.took) == 0 {
		return 0
	}
	slices.Sort(v.took)
	return v.took[min(int(q*float64(len(v.took))), len(v.took)-1)].Round(time.Millisecond)
}
