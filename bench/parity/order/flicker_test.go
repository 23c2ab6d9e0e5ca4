package order_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/classibench/classibench/bench/parity/order"
	"github.com/classibench/classibench/bench/parity/trial"
)

// A difference that shows in a third of the probes.
func TestShrinkWhatFlickers(t *testing.T) {
	for _, c := range []struct {
		poisons int
		rate    float64
		seeds   int
		least   float64 // share of the sequences that has to be minimal
	}{{1, 0.3, seeds, 0.95}, {2, 0.3, fewer, 0.95}, {1, 0.7, fewer, 0.95}, {1, 0.9, fewer, 0.97}} {
		t.Run(fmt.Sprintf("%d poisons, rate %v", c.poisons, c.rate), func(t *testing.T) {
			var d distribution
			shortest, rates, always, repeated := 0, 0.0, 0, 0
			for seed := range uint64(c.seeds) {
				r := rand.New(rand.NewPCG(seed, 6))
				s := numbered(300, 2, r)
				program := &simulated{poisons: chosen(c.poisons, s, r), rate: c.rate, random: r}
				got, err := order.Shrink(t.Context(), s, len(s)-1, program.probe, order.Options{})
				if err != nil {
					t.Fatal(err)
				}
				if got.Shown == 0 {
					continue
				}
				if !program.shows(got.Sequence) {
					t.Fatalf("seed %d: %v does not show the difference", seed, written(got.Sequence))
				}
				if program.minimal(got.Sequence) {
					shortest++
				}
				if got.Rate() == 1 {
					always++
				}
				rates, repeated = rates+got.Rate(), repeated+1
				d.add(got)
			}
			d.log(t, t.Name()[strings.Index(t.Name(), "/")+1:])
			lost := c.seeds - repeated
			t.Logf("minimal in %d of %d, mean rate %.2f, taken for a certain one in %d, not reproduced in %d", shortest, repeated, rates/float64(repeated), always, lost)
			if share := float64(shortest) / float64(repeated); share < c.least || float64(lost) > 0.06*float64(c.seeds) {
				t.Errorf("a share of %.3f was minimal and %d were not reproduced, want at least %v and at most 6%%", share, lost, c.least)
			}
			if c.rate < 0.5 && float64(always) > 0.03*float64(c.seeds) {
				t.Errorf("%d of %d were taken for certain, want at most 3%%", always, c.seeds)
			}
		})
	}
}

// Nine probes in a row miss a rate of 0.3 with a probability of 0.7⁹ = 4.0%, eight with
// 5.8%.
func TestRepeatsByHand(t *testing.T) {
	for _, c := range []struct {
		rate, confidence float64
		want             int
	}{{0.3, 0.95, 9}, {0.5, 0.95, 5}, {0.9, 0.95, 2}, {1, 0.95, 1}, {0.3, 0.99, 13}, {0.01, 0.95, 299}} {
		if got := order.Repeats(c.rate, c.confidence); got != c.want {
			t.Errorf("Repeats(%v, %v) = %d, want %d", c.rate, c.confidence, got, c.want)
		}
	}
}

// The shortest sequence so far is returned if the probes are spent, a probe fails, or
// the search is interrupted.
func TestShrinkEndsEarly(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 10))
	s := numbered(1000, 1, r)
	poisons := chosen(2, s, r)
	t.Run("spent", func(t *testing.T) {
		program := &simulated{poisons: poisons}
		got, err := order.Shrink(t.Context(), s, 999, program.probe, order.Options{Probes: 15})
		if err != nil || got.Minimal || got.Probes != 15 || program.probes != 15 || len(got.Sequence) > 900 || !program.shows(got.Sequence) {
			t.Errorf("got %d steps after %d probes, minimal %v, %v", len(got.Sequence), got.Probes, got.Minimal, err)
		}
	})
	t.Run("failed", func(t *testing.T) {
		program := &simulated{poisons: poisons, failAt: 15}
		got, err := order.Shrink(t.Context(), s, 999, program.probe, order.Options{})
		if err == nil || !strings.Contains(err.Error(), "probe a sequence of") || !strings.Contains(err.Error(), "connection refused") || len(got.Sequence) > 900 || !program.shows(got.Sequence) {
			t.Errorf("got %d steps, %v", len(got.Sequence), err)
		}
	})
	t.Run("canceled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		program := &simulated{poisons: poisons}
		got, err := order.Shrink(ctx, s, 999, func(ctx context.Context, s trial.Sequence) (bool, error) {
			if program.probes == 14 {
				cancel()
			}
			return program.probe(ctx, s)
		}, order.Options{})
		if !errors.Is(err, context.Canceled) || len(got.Sequence) > 900 || !program.shows(got.Sequence) || got.Minimal {
			t.Errorf("got %d steps, %v", len(got.Sequence), err)
		}
	})
	t.Run("not reproduced", func(t *testing.T) {
		program := &simulated{poisons: []string{"/never"}}
		got, err := order.Shrink(t.Context(), s, 999, program.probe, order.Options{})
		if err != nil || got.Shown != 0 || got.Repeated != 9 || got.Minimal || len(got.Sequence) != 1000 {
			t.Errorf("got %d steps, shown %d of %d, %v", len(got.Sequence), got.Shown, got.Repeated, err)
		}
	})
	t.Run("no victim", func(t *testing.T) {
		if _, err := order.Shrink(t.Context(), s, 1000, nil, order.Options{}); err == nil || !strings.Contains(err.Error(), "step 1000") {
			t.Errorf("got %v, want an error with the number", err)
		}
	})
}
