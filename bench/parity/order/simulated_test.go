package order_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/classibench/classibench/bench/parity/order"
	"github.com/classibench/classibench/bench/parity/trial"
)

// A simulated program shows a difference if the poisons were sent before the last
// step, and no cleaner after them.
type simulated struct {
	poisons  []string
	ordered  bool // the poisons work in their order only
	cleaners []string
	times    int     // number of requests that have to come before; 0 is any
	rate     float64 // share of probes that show the difference; 0 is all
	together bool    // a poison works only if it is sent at the same time as the victim
	two      bool    // the last poison has to come from another visitor than the victim

	mu       sync.Mutex
	random   *rand.Rand
	probes   int
	requests int
	sent     map[string]int
	failAt   int // number of the probe that fails; 0 is none
}

func (c *simulated) probe(_ context.Context, s trial.Sequence) (bool, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.probes, c.requests = c.probes+1, c.requests+len(s)
	if c.probes == c.failAt {
		return false, fmt.Errorf("connection refused")
	}
	if c.sent != nil {
		c.sent[fmt.Sprint(s)]++
	}
	return c.shows(s) && (c.rate == 0 || c.random.Float64() < c.rate), nil
}

// shows is the truth, without chance.
func (c *simulated) shows(s trial.Sequence) bool {
	victim, seen := s[len(s)-1], map[string]bool{}
	for _, step := range s[:len(s)-1] {
		url := step.Request.URL
		if slices.Contains(c.cleaners, url) {
			clear(seen)
		}
		at := slices.Index(c.poisons, url)
		switch {
		case at < 0:
		case c.ordered && at > 0 && !seen[c.poisons[at-1]]:
		case c.together && (step.Batch == 0 || step.Batch != victim.Batch):
		case c.two && at == len(c.poisons)-1 && step.Visitor == victim.Visitor:
		default:
			seen[url] = true
		}
	}
	return len(seen) == len(c.poisons) && len(s) > c.times
}

// minimal reports whether a sequence shows the difference, and does not without any of
// its steps.
func (c *simulated) minimal(s trial.Sequence) bool {
	for i := range len(s) - 1 {
		if c.shows(slices.Delete(slices.Clone(s), i, i+1)) {
			return false
		}
	}
	return c.shows(s)
}

// numbered returns a sequence of n different requests by some visitors; the last one is
// the victim.
func numbered(n, visitors int, r *rand.Rand) (s trial.Sequence) {
	for i := range n {
		s = append(s, trial.Step{Request: get("/" + strconv.Itoa(i)), Visitor: r.IntN(visitors)})
	}
	return s
}

func get(url string) trial.Request { return trial.Request{Route: url, Method: "GET", URL: url} }

// chosen returns k different requests of a sequence before its victim, in order.
func chosen(k int, s trial.Sequence, r *rand.Rand) (urls []string) {
	at := r.Perm(len(s) - 1)[:k]
	slices.Sort(at)
	for _, i := range at {
		urls = append(urls, s[i].Request.URL)
	}
	return urls
}

// A distribution is that of the costs of many searches.
type distribution struct{ probes, requests []int }

func (d *distribution) add(s order.Shrunk) {
	d.probes, d.requests = append(d.probes, s.Probes), append(d.requests, s.Requests)
}

func (d *distribution) log(t *testing.T, name string) {
	t.Helper()
	t.Logf("%-42s probes %s   requests %s", name, quantiles(d.probes), quantiles(d.requests))
}

// quantiles returns the least value, the median, the 95th percentile and the largest.
func quantiles(values []int) string {
	v := slices.Sorted(slices.Values(values))
	return fmt.Sprintf("min %d median %d p95 %d max %d", v[0], v[len(v)/2], v[len(v)*95/100], v[len(v)-1])
}
