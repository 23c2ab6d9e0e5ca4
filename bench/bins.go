package bench

import (
	"github.com/classibench/classibench/bench/histogram"
	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/bench/result"
)

// A bin has enough answers for a p95 if the trial has enough for several such bins, otherwise
// enough for a median.
const (
	fineBin   = 200
	coarseBin = 20
	leastBins = 8
)

// A stretch is some consecutive seconds of a trial: from is its first, to is the one after
// its last.
type stretch struct {
	from, to int
	answers  *histogram.Histogram
}

// bins merges consecutive seconds until each bin has enough answers, since single seconds
// with few hits mean nothing. A rest that is too small at the end joins the previous bin.
func bins(rec *load.Recording) (all []result.Bin) {
	least := uint64(coarseBin)
	if rec.Hits >= leastBins*fineBin {
		least = fineBin
	}
	for _, s := range stretches(rec.Seconds, least) {
		h := s.answers
		all = append(all, result.Bin{From: float64(s.from), To: float64(s.to), Hits: h.Count(), P50: result.Quantile(h, 0.5), P95: result.Quantile(h, 0.95), Max: result.Longest(h)})
	}
	return all
}

func stretches(seconds []load.Second, least uint64) (all []stretch) {
	for i, s := range seconds {
		last := len(all) - 1
		switch {
		case s.Answer.Count() == 0:
			continue
		case last < 0 || all[last].answers.Count() >= least:
			all = append(all, stretch{from: i, answers: histogram.New()})
			last++
		}
		all[last].answers.Merge(s.Answer)
		all[last].to = i + 1
	}
	if n := len(all); n > 1 && all[n-1].answers.Count() < least {
		all[n-2].answers.Merge(all[n-1].answers)
		all[n-2].to = all[n-1].to
		all = all[:n-1]
	}
	return all
}
