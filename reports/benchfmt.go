package reports

import (
	"io"
	"math"
	"slices"
	"strings"
	"unicode"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/reports/internal/text"
	"golang.org/x/perf/benchfmt"
)

// Benchfmt writes the raw measurements in the Go benchmark format, so that other tools can
// check our tables:
//
//	benchstat -col /target bench.txt
//
// A line of BenchmarkCapacity is one block: time per hit, hits per second, and CPU time
// per hit. A line of BenchmarkReplay is one stage of the replay. A line of BenchmarkGate is
// a block of the whole mix in a session of a gate, and of BenchmarkGate/route=… a block of
// a single route. benchstat does not know which blocks were neighbours, so it detects less
// than the gate.
func Benchfmt(w io.Writer, r *result.Result) error {
	out := benchfmt.NewWriter(w)
	for _, u := range benchUnits {
		m := benchfmt.UnitMetadata{UnitMetadataKey: benchfmt.UnitMetadataKey{Unit: u[0], Key: u[1]}, OrigUnit: u[0], Value: u[2]}
		if err := out.Write(&m); err != nil {
			return err
		}
	}
	for _, b := range slices.Concat(capacityBenchmarks(r), replayBenchmarks(r), gateBenchmarks(r.Gate)) {
		b.Config = benchConfig(r)
		if err := out.Write(b); err != nil {
			return err
		}
	}
	return nil
}

// benchUnits declares which direction is better, and that a stage is measured once, so its
// figures are exact to benchstat.
var benchUnits = [][3]string{
	{"hits/s", "better", "higher"}, {"achieved-hits/s", "better", "higher"}, {"achieved-hits/s", "assume", "exact"},
	{"errors", "assume", "exact"}, {"p50-ns", "assume", "exact"}, {"p95-ns", "assume", "exact"}, {"p99-ns", "assume", "exact"},
}

func benchConfig(r *result.Result) []benchfmt.Config {
	var all []benchfmt.Config
	for _, c := range [][2]string{
		{"goos", r.Environment.OS}, {"goarch", r.Environment.Arch}, {"pkg", "github.com/classibench/classibench"}, {"cpu", r.Environment.CPU},
		{"scenario", r.Scenario.Name}, {"classibench", r.Version},
	} {
		if value := strings.TrimSpace(text.Clean(c[1])); value != "" {
			all = append(all, benchfmt.Config{Key: c[0], Value: []byte(value), File: true})
		}
	}
	return all
}

// capacityBenchmarks returns the blocks in the order of measurement.
func capacityBenchmarks(r *result.Result) []*benchfmt.Result {
	var all []*benchfmt.Result
	if r.Capacity == nil {
		return nil
	}
	for _, q := range r.Capacity.Quads {
		for _, b := range q.Blocks {
			if b.Hits > 0 && b.Seconds > 0 {
				all = append(all, blockBenchmark(b))
			}
		}
	}
	return all
}

func blockBenchmark(b result.Block) *benchfmt.Result {
	hits := float64(b.Hits)
	out := &benchfmt.Result{
		Name: benchfmt.Name("Capacity/target=" + word(b.Target)), Iters: int(b.Hits),
		Values: []benchfmt.Value{{Value: nanoseconds(b.Seconds / hits), Unit: "ns/op"}, {Value: hits / b.Seconds, Unit: "hits/s"}},
	}
	if b.CPU > 0 {
		out.Values = append(out.Values, benchfmt.Value{Value: nanoseconds(b.CPU / hits), Unit: "cpu-ns/op"})
	}
	return out
}

func replayBenchmarks(r *result.Result) []*benchfmt.Result {
	var all []*benchfmt.Result
	if r.Replay == nil {
		return nil
	}
	for _, t := range r.Replay.Trials {
		for _, s := range t.Stages {
			if t.Invalid == "" && s.Hits > 0 {
				all = append(all, stageBenchmark(t.Target, s))
			}
		}
	}
	return all
}

func stageBenchmark(target string, s result.StageResult) *benchfmt.Result {
	out := &benchfmt.Result{
		Name: benchfmt.Name("Replay/stage=" + word(s.Name) + "/target=" + word(target)), Iters: int(s.Hits),
		Values: []benchfmt.Value{{Value: s.AchievedRPS, Unit: "achieved-hits/s"}, {Value: float64(s.Errors), Unit: "errors"}},
	}
	for _, p := range []struct {
		unit string
		is   result.Float
	}{{"p50-ns", s.Latency.P50}, {"p95-ns", s.Latency.P95}, {"p99-ns", s.Latency.P99}} {
		if p.is.Known() {
			out.Values = append(out.Values, benchfmt.Value{Value: nanoseconds(float64(p.is)), Unit: p.unit})
		}
	}
	return out
}

// word makes a name usable as a part of a benchmark's name. benchstat reads a number after
// a dash at the end as GOMAXPROCS: "php-7" and "php-8" would become one target.
func word(s string) string {
	s = strings.Map(func(c rune) rune {
		if unicode.IsSpace(c) || c == '/' || c == '=' {
			return '_'
		}
		return c
	}, text.Clean(s))
	if i := strings.LastIndexByte(s, '-'); i >= 0 && i+1 < len(s) && strings.Trim(s[i+1:], "0123456789") == "" {
		s = s[:i] + "_" + s[i+1:]
	}
	return s
}

func nanoseconds(seconds float64) float64 { return math.Round(1e9 * seconds) }
