package parity

import (
	"io/fs"
	"path/filepath"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/bench/stats"
	"github.com/classibench/classibench/bench/usage"
)

// A point is what a candidate holds after a number of requests.
type point struct {
	requests int
	usage.Holdings
	files int
}

func (s *side) point(tree *usage.Tree, requests int) (point, error) {
	held, err := tree.Holdings()
	return point{requests, held, filesBelow(s.target.Dir)}, err
}

// maxFiles bounds the count of the files in a directory.
const maxFiles = 20_000

// filesBelow counts the files below the working directory of a candidate; none if it has no
// directory of its own.
func filesBelow(dir string) (n int) {
	if dir == "" {
		return 0
	}
	filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if n++; err != nil || n > maxFiles {
			return filepath.SkipAll
		}
		return nil
	})
	return n
}

// A resource is a value of a point.
type resource struct {
	name, unit string
	allowed    float64 // per 1,000 requests
	least      float64 // in all
	of         func(point) float64
}

// resources are all of them, memory first.
var resources = []resource{
	{"memory", "bytes", memoryFloor, memoryLeast, func(p point) float64 { return float64(p.Memory) }},
	{"descriptors", "", resourceRate, leastCount, func(p point) float64 { return float64(p.Descriptors) }},
	{"threads", "", resourceRate, leastCount, func(p point) float64 { return float64(p.Threads) }},
	{"processes", "", resourceRate, leastCount, func(p point) float64 { return float64(p.Processes) }},
	{"zombies", "", resourceRate, leastCount, func(p point) float64 { return float64(p.Zombies) }},
	{"locks", "", resourceRate, leastCount, func(p point) float64 { return float64(p.Locks) }},
	{"files", "", resourceRate, leastCount, func(p point) float64 { return float64(p.files) }},
}

// trends returns the trend of each resource.
func (h *hunt) trends(points []point, route string) (all []result.Growth) {
	if len(points) < 3 {
		return nil
	}
	for _, r := range resources {
		g := result.Growth{Candidate: h.name, Route: route, Resource: r.name, Unit: r.unit, Level: soakLevel, Requests: points[len(points)-1].requests + 1}
		for _, p := range points {
			g.Points = append(g.Points, result.GrowthPoint{Requests: p.requests, Value: r.of(p)})
		}
		t := r.trend(points)
		g.Per1000, g.Low, g.High = 1000*t.Slope, 1000*t.Interval.Low, 1000*t.Interval.High
		g.Grows = r.rises(t) && r.enough(t, points)
		all = append(all, g)
	}
	return all
}

func (r resource) trend(points []point) stats.Trend {
	var x, y []float64
	for _, p := range points {
		x, y = append(x, float64(p.requests)), append(y, r.of(p))
	}
	return stats.TheilSen(x, y, soakLevel)
}

// rises reports whether a trend is above what is allowed.
func (r resource) rises(t stats.Trend) bool { return 1000*t.Interval.Low > r.allowed && !t.Step }

// enough reports whether a trend is more than a process takes until it is warm.
func (r resource) enough(t stats.Trend, points []point) bool {
	return t.Interval.Low*float64(points[len(points)-1].requests-points[0].requests) > r.least
}

// slight reports whether memory rises, by too little to tell yet.
func slight(points []point) bool {
	if len(points) < 3 {
		return false
	}
	t := resources[0].trend(points)
	return resources[0].rises(t) && !resources[0].enough(t, points)
}
