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
		"noise is learned, and nothing remains":     {confirmation{tally: search, timed: true, tries: 3}, []repetition{shows, {asked: true, varies: true}, gone}, isReal, 1},
		"seldom, until it is learned":               {confirmation{timed: true, tries: 3}, []repetition{shows, gone, {asked: true, varies: true}, gone}, isNoise, 5},
		"both differ from what is known":            {confirmation{timed: true, tries: 30}, []repetition{learned, gone, gone, shows, gone, {asked: true, varies: true}, gone, shows, gone, gone, shows, gone}, isNoise, enoughTrials},
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

// Of 2·t+n draws, k pairs are equal, and each is of one of the candidate's t trials.
func TestRepeatedByChance(t *testing.T) {
	for _, c := range []struct {
		shown, sent, others int
		want                float64
	}{
		{0, 3, 9, 1}, {1, 1, 1, 1. / 3}, {1, 1, 3, 1. / 10}, {2, 2, 5, 2. / 36 * 1 / 21}, {1, 10, 20, 10. / 780},
	} {
		if got := repeatedByChance(c.shown, c.sent, c.others); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%d of %d beside %d: got %v, want %v", c.shown, c.sent, c.others, got, c.want)
		}
	}
}

func TestBinomialTail(t *testing.T) {
	for _, c := range []struct {
		k, n int
		want float64
	}{{0, 5, 1}, {5, 5, 1. / 32}, {2, 4, 11. / 16}, {1, 1, 0.5}, {3, 2, 0}} {
		if got := binomialTail(c.k, c.n); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%d of %d: got %v, want %v", c.k, c.n, got, c.want)
		}
	}
}
