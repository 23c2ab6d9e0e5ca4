package parity

import (
	"math"
	"testing"
)

// Of n+m requests, k showed a difference, and all of them were among the n that the candidate
// got: C(n,k)/C(n+m,k).
func TestByChance(t *testing.T) {
	for _, c := range []struct {
		shown, sent, others int
		want                float64
	}{
		{1, 1, 1, 1. / 2}, {3, 3, 6, 1. / 84}, {4, 4, 4, 1. / 70}, {1, 10, 10, 1. / 2}, {3, 10, 30, 120. / 9880}, {2, 2, 0, 1}, {0, 5, 5, 1},
	} {
		if got := byChance(c.shown, c.sent, c.others); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%d of %d and none of %d: got %v, want %v", c.shown, c.sent, c.others, got, c.want)
		}
	}
}

// A confirmation gets the outcomes in turn until it has decided.
func TestConfirmation(t *testing.T) {
	shows, gone := repetition{shows: true, asked: true}, repetition{asked: true}
	alone, noise := repetition{shows: true}, repetition{asked: true, noise: true}
	learned := repetition{shows: true, asked: true, varies: true}
	search := tally{shown: 4, sent: 4, others: 9} // 1/C(13,4) = 0.0014
	for name, c := range map[string]struct {
		begin    confirmation
		outcomes []repetition // the last one again and again
		want     ruling
		trials   int
	}{
		"at the same time, the search is enough":    {confirmation{tally: search}, nil, isReal, 0},
		"else it has to show in step":               {confirmation{tally: search, timed: true, tries: 3}, []repetition{shows}, isReal, 1},
		"at last":                                   {confirmation{tally: search, timed: true, tries: 3}, []repetition{gone, gone, shows}, isReal, 3},
		"never in step":                             {confirmation{tally: search, timed: true, tries: 3}, []repetition{gone}, isTiming, 3},
		"never in step, and half of the time alone": {confirmation{tally: tally{4, 8, 9}, timed: true, tries: 7}, []repetition{gone}, isTiming, 7},
		"a short search":                            {confirmation{tally: tally{2, 2, 1}, timed: true, tries: 3}, []repetition{shows}, isReal, 4},              // 1/C(11,6) = 0.0022
		"every other time":                          {confirmation{tally: tally{2, 4, 2}, timed: true, tries: 7}, []repetition{shows, gone, shows}, isReal, 7}, // C(11,8)/C(20,8) = 0.0013
		"the baseline is not asked":                 {confirmation{tally: tally{2, 2, 3}, timed: true, tries: 3}, []repetition{shows, alone}, isReal, 6},       // 1/C(12,8) = 0.0020
		"nothing to compare with":                   {confirmation{tally: tally{2, 2, 0}}, []repetition{alone}, isUnproved, mostTrials},
		"it was noise":                              {confirmation{tally: search, timed: true, tries: 3}, []repetition{gone, noise}, isNoise, 2},
		"noise is learned, and the rest remains":    {confirmation{tally: search, timed: true, tries: 3}, []repetition{learned, shows}, isReal, 6}, // 1/C(12,6) = 0.0011
	} {
		got := c.begin
		for got.ruling() == undecided {
			got.add(c.outcomes[min(got.trials, len(c.outcomes)-1)])
		}
		if got.ruling() != c.want || got.trials != c.trials {
			t.Errorf("%s: got %v after %d trials, want %v after %d: %+v", name, got.ruling(), got.trials, c.want, c.trials, got)
		}
	}
}
