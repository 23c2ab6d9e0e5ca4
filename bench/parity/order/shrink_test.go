package order_test

import (
	"math/rand/v2"
	"testing"

	"github.com/classibench/classibench/bench/parity/order"
)

// Number of sequences for each case.
const (
	seeds = 1000
	fewer = 100
)

// Sequences of 1,000 requests, with poisons at random places.
func TestShrinkFindsTheLeastInFewProbes(t *testing.T) {
	for _, c := range []struct {
		name     string
		poisons  int
		most     int // probes
		visitors int
		seeds    uint64
		setup    func(*simulated)
	}{
		{"one poison", 1, 24, 1, seeds, nil},
		{"one poison, four visitors", 1, 24, 4, fewer, nil},
		{"one poison of another visitor", 1, 24, 4, fewer, func(c *simulated) { c.two = true }},
		{"two poisons", 2, 48, 1, seeds, nil},
		{"two poisons, four visitors", 2, 48, 4, fewer, nil},
		{"two poisons in order", 2, 48, 1, fewer, func(c *simulated) { c.ordered = true }},
		{"two poisons, one of another visitor", 2, 48, 4, fewer, func(c *simulated) { c.two = true }},
		{"three poisons", 3, 72, 1, fewer, nil},
		{"three poisons in order, four visitors", 3, 80, 4, fewer, func(c *simulated) { c.ordered = true }},
	} {
		t.Run(c.name, func(t *testing.T) {
			var d distribution
			for seed := range c.seeds {
				r := rand.New(rand.NewPCG(seed, 1))
				s := numbered(1000, c.visitors, r)
				program := &simulated{poisons: chosen(c.poisons, s, r)}
				if c.setup != nil {
					c.setup(program)
				}
				if program.two && !program.shows(s) {
					continue // the poison and the victim are by the same visitor
				}
				got, err := order.Shrink(t.Context(), s, len(s)-1, program.probe, order.Options{})
				if err != nil {
					t.Fatal(err)
				}
				d.add(got)
				if len(got.Sequence) != c.poisons+1 || !program.minimal(got.Sequence) || !got.Minimal || got.Rate() != 1 {
					t.Fatalf("seed %d: got %+v, want the %d poisons and the victim", seed, got, c.poisons)
				}
				if got.Probes > c.most || got.Probes != program.probes || got.Requests != program.requests {
					t.Fatalf("seed %d: got %d probes with %d requests, want at most %d; %d with %d were sent", seed, got.Probes, got.Requests, c.most, program.probes, program.requests)
				}
			}
			d.log(t, c.name)
		})
	}
}
