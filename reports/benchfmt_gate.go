package reports

import (
	"github.com/classibench/classibench/bench/result"
	"golang.org/x/perf/benchfmt"
)

// gateBenchmarks returns the blocks of each session, those of the whole mix first.
func gateBenchmarks(g *result.Gate) []*benchfmt.Result {
	var all []*benchfmt.Result
	if g == nil {
		return nil
	}
	for _, s := range g.Sessions {
		all = append(all, quadBenchmarks("Gate", s.Quads)...)
		for _, route := range s.Routes {
			all = append(all, quadBenchmarks("Gate/route="+word(route.Route), route.Quads)...)
		}
	}
	return all
}

func quadBenchmarks(name string, quads []result.Quad) []*benchfmt.Result {
	var all []*benchfmt.Result
	for _, q := range quads {
		for _, b := range q.Blocks {
			if b.Hits > 0 && b.Seconds > 0 {
				one := blockBenchmark(b)
				one.Name = benchfmt.Name(name + "/target=" + word(b.Target))
				all = append(all, one)
			}
		}
	}
	return all
}
