package history

import (
	"math"
	"slices"

	"github.com/classibench/classibench/bench/result"
)

// A Group is all runs of one setting, in order.
type Group struct {
	Setting Setting  `json:"setting"`
	Runs    []Run    `json:"runs"`
	Series  []Series `json:"series"`
	Left    int      `json:"left,omitempty"` // number of older runs left out
}

// A Series is one figure over the runs of a group that have it.
type Series struct {
	Metric  Metric  `json:"metric"`
	Target  string  `json:"target"`
	Against string  `json:"against,omitempty"` // the baseline of a gain
	Stage   string  `json:"stage,omitempty"`   // of a p95; empty means the whole replay
	Points  []Point `json:"points"`
	Levels  []Level `json:"levels"` // one more than there are steps
	Steps   []Step  `json:"steps"`
}

// A Point is the figure of one run.
type Point struct {
	Run   int          `json:"-"`   // index in the group
	ID    int64        `json:"run"` // its number
	Value float64      `json:"value"`
	Low   result.Float `json:"low"` // the run's confidence interval, if it has one
	High  result.Float `json:"high"`
}

// A Filter selects series. Its zero value selects all except those of single stages of a
// replay.
type Filter struct {
	Metric   Metric
	Target   string
	Scenario string
	Stage    string // a p95 of this stage instead of the whole replay
	Last     int    // only so many of the newest runs of each group; 0 means all
}

// Compare sorts ordered runs into groups, the one with the newest run last, and finds the
// changes in each series. Groups without a selected series are left out.
func Compare(runs []Run, f Filter) []Group {
	var groups []Group
	for _, r := range runs {
		if f.Scenario == "" || r.Setting.Scenario == f.Scenario {
			groups = join(groups, r)
		}
	}
	for i := range groups {
		groups[i].finish(f)
	}
	return slices.DeleteFunc(groups, func(g Group) bool { return len(g.Series) == 0 })
}

// join adds a run to its group, which becomes the last one.
func join(groups []Group, r Run) []Group {
	g := Group{Setting: r.Setting}
	if i := slices.IndexFunc(groups, func(g Group) bool { return g.Setting == r.Setting }); i >= 0 {
		g = groups[i]
		groups = slices.Delete(groups, i, i+1)
	}
	g.Runs = append(g.Runs, r)
	return append(groups, g)
}

func (g *Group) finish(f Filter) {
	if f.Last > 0 && len(g.Runs) > f.Last {
		g.Left = len(g.Runs) - f.Last
		g.Runs = g.Runs[g.Left:]
	}
	var kinds []Measure
	for i, r := range g.Runs {
		for _, m := range r.Measures {
			if f.wants(m) {
				g.point(&kinds, i, m)
			}
		}
	}
	for i := range g.Series {
		g.Series[i].search(g.Runs)
	}
	slices.SortStableFunc(g.Series, func(a, b Series) int { return a.kind().compare(b.kind()) })
}

func (f Filter) wants(m Measure) bool {
	return (f.Metric == "" || f.Metric == m.Metric) && (f.Target == "" || f.Target == m.Target) &&
		(m.Metric != P95 || f.Stage == m.Stage)
}

// point adds a measure of the i-th run to its series.
func (g *Group) point(kinds *[]Measure, i int, m Measure) {
	k := slices.IndexFunc(*kinds, func(of Measure) bool { return of.compare(m) == 0 })
	if k < 0 {
		k = len(*kinds)
		*kinds = append(*kinds, m)
		g.Series = append(g.Series, Series{Metric: m.Metric, Target: m.Target, Against: m.Against, Stage: m.Stage, Steps: []Step{}})
	}
	s := &g.Series[k]
	s.Points = append(s.Points, Point{Run: i, ID: g.Runs[i].ID, Value: m.Value, Low: m.Low, High: m.High})
}

func (s Series) kind() Measure {
	return Measure{Metric: s.Metric, Target: s.Target, Against: s.Against, Stage: s.Stage}
}

// search finds the changes. It ignores doubtful points, which are only shown.
func (s *Series) search(runs []Run) {
	var sound []int
	var d []float64
	for i, p := range s.Points {
		if runs[p.Run].Excluded == "" {
			sound, d = append(sound, i), append(d, math.Log(p.Value))
		}
	}
	s.Levels, s.Steps = changes(d)
	for i := range s.Levels {
		l := &s.Levels[i]
		l.From, l.To = sound[l.From], sound[l.To]
	}
	for i := range s.Steps {
		c := &s.Steps[i]
		c.Before, c.After = sound[c.Before], sound[c.After]
		c.From, c.To = runs[s.Points[c.Before].Run].Commit, runs[s.Points[c.After].Run].Commit
	}
}
