package replay

import (
	"fmt"
	"math"
	"sort"
	"time"

	"github.com/classibench/classibench/scenarios"
)

const (
	parts  = 4  // stages of a replay
	points = 60 // of the curve of a shape
)

// Stages divides the replay into parts for reports, named by the recorded times at which they
// begin. Their rates are those of their hits.
func (r *Replay) Stages() []scenarios.Stage {
	for _, n := range []int{parts, 1} {
		counts := r.counts(n)
		var stages []scenarios.Stage
		for i, hits := range counts {
			length := r.Duration() / time.Duration(n)
			stages = append(stages, scenarios.Stage{Name: "from " + r.nameOf(r.From+r.Length*time.Duration(i)/time.Duration(n)), For: length,
				Rate: scenarios.Rate{Value: rounded(float64(hits) / length.Seconds()), Unit: scenarios.HitsPerSecond}})
		}
		if n == 1 || allFull(counts) {
			return stages
		}
	}
	return nil
}

// rounded keeps four digits.
func rounded(x float64) float64 {
	if x <= 0 {
		return 0
	}
	unit := math.Pow(10, math.Floor(math.Log10(x))-3)
	return math.Round(math.Round(x/unit)*unit*1e6) / 1e6
}

// Shape returns one stage with the curve of the hits, at a mean rate.
func (r *Replay) Shape(rate scenarios.Rate) []scenarios.Stage {
	stage := scenarios.Stage{Name: "from " + r.nameOf(r.From), For: r.Duration(), Rate: rate}
	for _, n := range r.counts(min(points, max(2, len(r.Hits)/10))) {
		stage.Curve = append(stage.Curve, float64(n))
	}
	mean := stage.Mean()
	if mean == 0 {
		stage.Curve = nil
		return []scenarios.Stage{stage}
	}
	for i := range stage.Curve {
		stage.Curve[i] /= mean
	}
	return []scenarios.Stage{stage}
}

// counts counts the hits in so many equal parts of the replay.
func (r *Replay) counts(n int) []int {
	counts, before := make([]int, n), 0
	for i := range counts {
		end := r.Duration() * time.Duration(i+1) / time.Duration(n)
		upTo := sort.Search(len(r.Hits), func(k int) bool { return r.Hits[k].Due >= end })
		if i == n-1 {
			upTo = len(r.Hits)
		}
		counts[i], before = upTo-before, upTo
	}
	return counts
}

func allFull(counts []int) bool {
	for _, n := range counts {
		if n == 0 {
			return false
		}
	}
	return true
}

// nameOf names a moment of the file: by the clock of its log, where that is known.
func (r *Replay) nameOf(at time.Duration) string {
	if r.About.Start.IsZero() {
		return fmt.Sprint(at.Round(time.Second))
	}
	return r.About.Start.Add(at).Format("15:04:05")
}
