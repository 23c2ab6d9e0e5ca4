package main

import (
	"context"
	"errors"
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
	"github.com/classibench/classibench/bench/usage"
)

// compareAll prints a table for each script, and returns what it shows.
func (s *study) compareAll(ctx context.Context) error {
	slices.SortFunc(s.hosts[1:], func(a, b served) int { return strings.Compare(a.name, b.name) })
	var failed error
	for _, x := range scripts {
		fmt.Printf("\n%s, %d clients, %d quads of turns of %v:\n\n| host | requests/s | our host, times as fast | 95%% interval | our host, times as thrifty (CPU time) | 95%% interval |\n| --- | --- | --- | --- | --- | --- |\n", x.name, s.clients, s.quads, s.turn)
		for _, other := range s.hosts[1:] {
			p, err := s.pair(ctx, side{other.urls[x.name], other.tree}, side{s.hosts[0].urls[x.name], s.hosts[0].tree})
			if err != nil {
				return fmt.Errorf("%s, %s: %w", other.name, x.name, err)
			}
			fast, low, high := estimate(p.fast)
			p.unreaped = other.name == cgid
			fmt.Printf("| %s | %.0f (ours %.0f) | %.2f | %.2f to %.2f | %s |\n", other.name, p.rates[0], p.rates[1], fast, low, high, p.thriftiness())
			failed = worse(failed, judge(low, high, wanted(other.name, x.name)))
		}
	}
	return failed
}

// estimate returns a ratio and its 95% interval.
func estimate(quads []float64) (ratio, low, high float64) {
	g := stats.Estimate(quads, 0.95)
	return g.Ratio(), math.Exp(g.Interval.Low), math.Exp(g.Interval.High)
}

// thriftiness returns the cells for CPU time.
func (p pair) thriftiness() string {
	if p.unreaped {
		return "not known: it does not reap its scripts | "
	}
	ratio, low, high := estimate(p.thrifty)
	return fmt.Sprintf("%.2f | %.2f to %.2f", ratio, low, high)
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

// A side is one of the two hosts that are measured, with one script.
type side struct {
	url  string
	tree *usage.Tree
}

// A pair is the measurement of two sides. Its quads are logarithms: of the second's
// answers per second divided by the first's, and of its answers per second of CPU time.
type pair struct {
	fast, thrifty []float64
	rates         [2]float64 // answers per second
	unreaped      bool       // the CPU time of the first lacks that of its scripts
}

// A turn is what one turn yielded.
type turn struct{ hits, seconds, cpu float64 }

// order is that of the sides in a quad.
var order = [4]int{0, 1, 1, 0}

// pair measures two hosts in quads of turns.
func (s *study) pair(ctx context.Context, sides ...side) (p pair, err error) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: s.clients}}
	defer client.CloseIdleConnections()
	for _, side := range sides { // connections, caches
		if _, err := s.offer(ctx, client, side); err != nil {
			return p, err
		}
	}
	var sum [2]turn
	for range s.quads {
		var hits, seconds, cpu [4]float64
		for i, n := range order {
			got, err := s.offer(ctx, client, sides[n])
			if err != nil {
				return p, err
			}
			hits[i], seconds[i], cpu[i] = got.hits, got.seconds, got.cpu
			sum[n].hits, sum[n].seconds = sum[n].hits+got.hits, sum[n].seconds+got.seconds
		}
		p.fast, p.thrifty = append(p.fast, stats.Quad(hits, seconds)), append(p.thrifty, stats.Quad(hits, cpu))
	}
	p.rates = [2]float64{sum[0].hits / sum[0].seconds, sum[1].hits / sum[1].seconds}
	return p, nil
}

// offer asks a host for a turn, in a closed loop. The turn ends with its last answer, and
// its CPU time is that of the host and its scripts.
func (s *study) offer(ctx context.Context, client *http.Client, side side) (got turn, err error) {
	before, err := side.tree.Read()
	if err != nil {
		return got, err
	}
	began := time.Now()
	hits, err := s.loop(ctx, client, side.url, began)
	took := time.Since(began)
	after, readErr := side.tree.Read()
	return turn{hits, took.Seconds(), (after.CPU - before.CPU).Seconds()}, errors.Join(err, readErr)
}

// loop runs the clients until the turn is over, and returns the number of answers.
func (s *study) loop(ctx context.Context, client *http.Client, url string, began time.Time) (hits float64, err error) {
	var all sync.WaitGroup
	var n atomic.Int64
	errs := make(chan error, s.clients)
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
	close(errs)
	return float64(n.Load()), <-errs // nil if it is empty
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
