package replay

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/classibench/classibench/bench/load"
)

// jitter is how far the begin of an added visit may be from the recorded one, as a part of the
// window: less than any report shows.
const jitter = 0.01

// multiply adds visitors of the same kind. The visits of a copy are those of the window in
// another order: each begins about when another one began. So the added visitors request the
// same pages as often, at other times than the recorded ones, and the rate follows the same
// curve.
func (r *Replay) multiply(o Options) {
	visits, clients := visitsOf(r.Hits), uint32(len(r.Hits)+1)
	for n := range o.Times - 1 {
		random := rand.New(rand.NewPCG(uint64(o.Seed), uint64(n)))
		for i, j := range random.Perm(len(visits)) {
			begin := visits[j].begin + time.Duration((random.Float64()-0.5)*2*jitter*float64(r.Length))
			r.Hits = append(r.Hits, visits[i].moved(begin, r.Length, clients)...)
			clients += 2
		}
	}
	slices.SortStableFunc(r.Hits, func(a, b load.RecordedHit) int { return cmp.Compare(a.Due, b.Due) })
}

// A visit is the hits of a client; a hit without a client is a visit of its own.
type visit struct {
	begin time.Duration
	hits  []load.RecordedHit
}

func visitsOf(hits []load.RecordedHit) (all []visit) {
	at := map[uint32]int{}
	for _, h := range hits {
		i, known := at[h.Client]
		if !known || h.Client == 0 {
			i = len(all)
			at[h.Client] = i
			all = append(all, visit{begin: h.Due})
		}
		all[i].hits = append(all[i].hits, h)
	}
	return all
}

// moved returns the visit with another begin, by a client of this number. What would be due
// after the end of the window is due at its begin, as of a visitor who was there before: by
// the client of the next number.
func (v visit) moved(begin, length time.Duration, client uint32) (hits []load.RecordedHit) {
	for _, h := range v.hits {
		due := h.Due - v.begin + begin
		h.Due = ((due % length) + length) % length
		if h.Client = client; due < 0 || due >= length {
			h.Client = client + 1
		}
		hits = append(hits, h)
	}
	return hits
}
