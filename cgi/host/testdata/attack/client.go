package main

import (
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
