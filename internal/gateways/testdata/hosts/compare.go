package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/classibench/classibench/bench/stats"
	"github.com/classibench/classibench/bench/usage"
)

// compareAll prints a table for each script, and returns what it shows.
func (s *study) compareAll(ctx context.Context) error {
	slices.SortFunc(s.hosts[1:], func(a, b served) int { return strings.Compare(a.name, b.name) })
	var failed error
	for _, x := range scripts {
		if !s.programs.MatchString(x.name) {
			continue
		}
		fmt.Printf("\n%s, %d clients, n = %d quads of turns of %v:\n\n| host | requests/s (ours) | ours is times as fast | 95%% interval | mean answer, ms (ours) | answers after %.1f ms or more (ours) | CPU time a request, µs (ours) | ours is times as thrifty | 95%% interval |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n", x.name, s.clients, s.quads, s.turn, milliseconds(pause))
		for _, other := range s.hosts[1:] {
			if !s.against.MatchString(other.name) {
				continue
			}
			p, err := s.pair(ctx, side{other.urls[x.name], other.tree}, side{s.hosts[0].urls[x.name], s.hosts[0].tree})
			if err != nil {
				return fmt.Errorf("%s, %s: %w", other.name, x.name, err)
			}
			fast, low, high := estimate(p.fast)
			p.unreaped = other.name == cgid
			fmt.Printf("| %s | %.0f (%.0f) | %.3f | %.3f to %.3f | %s | %s |\n", other.name, p.rates[0], p.rates[1], fast, low, high, s.waits(p), p.thriftiness())
			failed = worse(failed, judge(low, high, wanted(other.name, x.sized)))
		}
	}
	return failed
}

// estimate returns a ratio and its 95% interval.
func estimate(quads []float64) (ratio, low, high float64) {
	g := stats.Estimate(quads, 0.95)
	return g.Ratio(), math.Exp(g.Interval.Low), math.Exp(g.Interval.High)
}

// waits returns the cells for the times of answers. In a closed loop, their mean is the
// number of clients divided by the rate (Little's law).
func (s *study) waits(p pair) string {
	mean := func(rate float64) float64 { return 1e3 * float64(s.clients) / rate }
	return fmt.Sprintf("%.1f (%.1f) | %.1f%% (%.1f%%)", mean(p.rates[0]), mean(p.rates[1]), 100*p.late[0], 100*p.late[1])
}

func milliseconds(d time.Duration) float64 { return d.Seconds() * 1e3 }

// thriftiness returns the cells for CPU time.
func (p pair) thriftiness() string {
	if p.unreaped {
		return fmt.Sprintf("not known (%.0f) | | ", p.costs[1]*1e6) // it does not reap its scripts
	}
	ratio, low, high := estimate(p.thrifty)
	return fmt.Sprintf("%.0f (%.0f) | %.3f | %.3f to %.3f", p.costs[0]*1e6, p.costs[1]*1e6, ratio, low, high)
}

// wanted is the ratio by which ours has to be ahead.
func wanted(other string, sized bool) float64 {
	if other == "net/http/cgi" && sized {
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
	late          [2]float64 // the share of answers that took pause or longer
	costs         [2]float64 // seconds of CPU time for an answer
	unreaped      bool       // the CPU time of the first lacks that of its scripts
}

// A turn is what one turn yielded.
type turn struct {
	tally
	seconds, cpu float64
}

func (t *turn) add(other turn) {
	t.hits += other.hits
	t.late += other.late
	t.seconds += other.seconds
	t.cpu += other.cpu
}

// order is that of the sides in a quad.
var order = [4]int{0, 1, 1, 0}

// pair measures two hosts in quads of turns.
func (s *study) pair(ctx context.Context, sides ...side) (p pair, err error) {
	var crowds [2]*crowd
	for i, side := range sides {
		if crowds[i], err = connect(side.url, s.clients); err != nil {
			return p, err
		}
		defer crowds[i].close()
		if _, err := s.offer(ctx, crowds[i], side); err != nil { // caches
			return p, err
		}
	}
	var sum [2]turn
	for range s.quads {
		var hits, seconds, cpu [4]float64
		for i, n := range order {
			got, err := s.offer(ctx, crowds[n], sides[n])
			if err != nil {
				return p, err
			}
			hits[i], seconds[i], cpu[i] = got.hits, got.seconds, got.cpu
			sum[n].add(got)
		}
		p.fast, p.thrifty = append(p.fast, stats.Quad(hits, seconds)), append(p.thrifty, stats.Quad(hits, cpu))
	}
	for i, side := range sum {
		p.rates[i], p.late[i], p.costs[i] = side.hits/side.seconds, side.late/side.hits, side.cpu/side.hits
	}
	return p, nil
}

// offer asks a host for a turn, in a closed loop. The turn ends with its last answer, and
// its CPU time is that of the host and its scripts.
func (s *study) offer(ctx context.Context, clients *crowd, side side) (got turn, err error) {
	before, err := side.tree.Read()
	if err != nil {
		return got, err
	}
	began := time.Now()
	tally, err := clients.loop(ctx, s.turn)
	took := time.Since(began)
	after, readErr := side.tree.Read()
	return turn{tally, took.Seconds(), (after.CPU - before.CPU).Seconds()}, errors.Join(err, readErr)
}
