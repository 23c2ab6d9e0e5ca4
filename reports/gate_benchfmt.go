package reports

import (
	"io"

	"github.com/classibench/classibench/bench/result"
	"golang.org/x/perf/benchfmt"
)

// GateBenchfmt writes a gate's blocks in the Go benchmark format, so that stock
// benchstat can look at the same data:
//
//	benchstat -col /target bench.txt
//
// BenchmarkGate is the whole mix and BenchmarkGate/route=… a single route; what
// was measured for the gain and for the objective stands before them, as Benchfmt
// has it. benchstat does not know which blocks were neighbours, and sees less.
func GateBenchfmt(w io.Writer, r *result.Result) error {
	if err := Benchfmt(w, r); err != nil {
		return err
	}
	out := benchfmt.NewWriter(w)
	for _, b := range gateBenchmarks(r.Gate) {
		b.Config = benchConfig(r)
		if err := out.Write(b); err != nil {
			return err
		}
	}
	return nil
}

// gateBenchmarks are the blocks of each session, those of the whole mix first.
func gateBenchmarks(g *result.Gate) []*benchfmt.Result {
	var all []*benchfmt.Result
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
