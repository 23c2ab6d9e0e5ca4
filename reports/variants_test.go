package reports

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/classibench/classibench/bench"
)

// variants are results that lack something, or have more than usual.
func variants(tb testing.TB) map[string]*bench.Result {
	tb.Helper()
	return map[string]*bench.Result{
		"whole":         sample(tb),
		"capacity only": changed(sample(tb), func(r *bench.Result) { r.Replay = nil }),
		"replay only":   changed(sample(tb), func(r *bench.Result) { r.Capacity = nil }),
		"nothing":       changed(sample(tb), func(r *bench.Result) { r.Capacity, r.Replay, r.Partial = nil, nil, "interrupted" }),
		"partial":       changed(sample(tb), partial),
		"doubtful":      changed(sample(tb), doubtful),
		"other system":  changed(sample(tb), otherSystem),
		"three targets": copied(tb, threeTargets()),
		"hostile":       changed(sample(tb), hostile),
		"silent":        changed(sample(tb), silent),
	}
}

func changed(r *bench.Result, change func(*bench.Result)) *bench.Result {
	change(r)
	r.Verdict = bench.Judge(r)
	return r
}

// partial ends midway in the second trial.
func partial(r *bench.Result) {
	r.Partial = "interrupted while the replay against persistent was under way"
	t := &r.Replay.Trials[1]
	t.Series, t.Samples, t.Stages = t.Series[:17], t.Samples[:165], t.Stages[:2]
}

// doubtful has warnings about everything, and a trial that counts for nothing.
func doubtful(r *bench.Result) {
	r.Replay.Trials[1].Invalid = "the load generator fell behind: one hit in a hundred was sent more than 80 ms late"
	r.Capacity.Gain.Wilcoxon = [2]bench.Float{bench.Float(math.Inf(-1)), bench.Float(math.Inf(1))}
	r.Warnings = []bench.Warning{
		{About: "capacity.gain", Text: "only 26 quads were measured: the interval of persistent is wide"},
		{About: "capacity.throughput.cgi", Text: "the first block was slower than the others"},
		{About: "replay.trials.persistent", Text: r.Replay.Trials[1].Invalid},
		{About: "replay.trials.cgi", Text: "other programs used 14% of this machine's CPU time meanwhile"},
		{About: "environment", Text: "generator and target shared a core"},
	}
}

// otherSystem cannot look into process trees.
func otherSystem(r *bench.Result) {
	r.Environment = bench.Environment{OS: "darwin", Arch: "arm64", Cores: 8, Go: "go1.26.8", Pinning: "this system does not pin"}
	for i := range r.Replay.Trials {
		t := &r.Replay.Trials[i]
		t.Samples, t.Load = nil, bench.Load{}
		for j := range t.Stages {
			t.Stages[j].Load = bench.Load{}
		}
	}
	for i := range r.Capacity.Quads {
		for j := range r.Capacity.Quads[i].Blocks {
			r.Capacity.Quads[i].Blocks[j].CPU = 0
		}
	}
}

// hostile has names that try to be more than names.
func hostile(r *bench.Result) {
	const script = `</title><script>alert("x")</script><img src=http://example.com/x.png onerror=alert(1)>`
	r.Scenario.Name, r.Scenario.Description = "peak | hour `x`", script
	r.Targets[1].Command = []string{script}
	rename(r, "persistent", `server with a name that is long enough to be a nuisance <b>&amp;`+"\x1b[31m\n")
	for i, name := range map[int]string{1: "a stage whose name does not fit its few seconds " + script, 2: strings.Repeat("x", 60)} {
		r.Replay.Stages[i].Name = name
		for _, t := range r.Replay.Trials {
			t.Stages[i].Name = name
		}
	}
	r.Replay.Trials[0].Faults = map[string]bench.Fault{"status 500": {Count: 3, Example: script + "\x00\x1b]0;title\x07"}, "timeout": {Count: 1620, Example: "GET /\u202egnp.x"}}
	r.Warnings = append(r.Warnings, bench.Warning{About: "capacity", Text: script})
}

func rename(r *bench.Result, from, to string) {
	r.Targets[1].Name = to
	r.Capacity.Throughput[to] = r.Capacity.Throughput[from]
	delete(r.Capacity.Throughput, from)
	r.Capacity.Gain.Candidate = to
	for i := range r.Capacity.Quads {
		q := &r.Capacity.Quads[i]
		q.Candidate = to
		for j := range q.Blocks {
			if q.Blocks[j].Target == from {
				q.Blocks[j].Target = to
			}
		}
	}
	r.Replay.Trials[1].Target = to
}

// silent has a target that gave no right answer at all.
func silent(r *bench.Result) {
	t := &r.Replay.Trials[0]
	none := bench.Float(math.NaN())
	l := bench.Latency{Mean: none, P50: none, P90: none, P95: none, P99: none, P999: none, Max: none}
	t.Errors, t.Hits, t.AchievedRPS, t.Latency = t.Errors+t.Hits, 0, 0, l
	for i := range t.Stages {
		s := &t.Stages[i]
		s.Errors, s.Hits, s.AchievedRPS, s.Latency, s.Meets = s.Errors+s.Hits, 0, 0, l, false
	}
	for i := range t.Series {
		p := &t.Series[i]
		p.Errors, p.Done, p.P50, p.P95, p.P99, p.Max = p.Due, 0, none, none, none, none
	}
	t.Routes = slices.Clone(t.Routes[:4])
	r.Capacity.Throughput["cgi"] = bench.Throughput{Latency: l, Errors: 12000}
	r.Capacity.Gain = nil
}
