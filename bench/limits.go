package bench

import (
	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/result"
)

// causes returns warnings that name the limit of each target under the load of this many
// users.
func causes(targets []instance.Candidate, totals map[string]*total, quads []result.Quad, users, cores int) (all []result.Warning) {
	blocks := result.Totals(quads)
	for _, e := range targets {
		t, b := totals[e.Name], blocks[e.Name]
		x := t.throughput()
		all = append(all, b.Waits(e.Name, users, cores, x)...)
		if t.unreaped {
			all = append(all, result.Warning{About: result.AboutThroughput + e.Name, Text: e.Name + ": " + unreapedWords})
		}
		if t.hits == 0 {
			continue
		}
		known := b.Hits > 0 && b.CPU > 0
		cpu := 0.0
		if known {
			cpu = b.CPU / float64(b.Hits)
		}
		if text := result.DelayedAck(e.Name, x.Latency, cpu, float64(users)*cpu/float64(cores), known); text != "" {
			all = append(all, result.Warning{About: result.AboutThroughput + e.Name, Text: text})
		}
	}
	return all
}
