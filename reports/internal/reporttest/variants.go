package reporttest

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/classibench/classibench/bench/result"
)

// Variants returns results that lack a part, or have unusual ones.
func Variants(tb testing.TB) map[string]*result.Result {
	tb.Helper()
	return map[string]*result.Result{
		"whole":         Sample(tb),
		"capacity only": Changed(Sample(tb), func(r *result.Result) { r.Replay = nil }),
		"replay only":   Changed(Sample(tb), func(r *result.Result) { r.Capacity = nil }),
		"nothing":       Changed(Sample(tb), func(r *result.Result) { r.Capacity, r.Replay, r.Partial = nil, nil, "interrupted" }),
		"partial":       Changed(Sample(tb), partial),
		"doubtful":      Changed(Sample(tb), doubtful),
		"other system":  Changed(Sample(tb), otherSystem),
		"unknown load":  Changed(Sample(tb), unknownLoad),
		"three targets": copied(tb, threeTargets()),
		"hostile":       Changed(Sample(tb), hostile),
		"silent":        Changed(Sample(tb), silent),
		"low rate":      Changed(Sample(tb), lowRate),
		"wide":          Changed(Sample(tb), wide),
		"no bounds":     Changed(Sample(tb), noBounds),
		"other pages":   Changed(Sample(tb), otherPages),
		"in part":       Changed(copied(tb, threeTargets()), inPart),
		"one target":    Changed(Sample(tb), oneTarget),
		"everything":    Changed(Sample(tb), func(r *result.Result) { withCosts(r); withLimits(r); withDatabase(r) }),
		"costs":         Changed(Sample(tb), withCosts),
		"limits":        Changed(Sample(tb), func(r *result.Result) { withCosts(r); withLimits(r) }),
		"limits only":   Changed(Sample(tb), limitsOnly),
		"few costs":     Changed(copied(tb, threeTargets()), withFewCosts),

		"before the replay": Changed(Sample(tb), func(r *result.Result) { r.Replay.Trials, r.Partial = nil, "interrupted" }),
	}
}

func Changed(r *result.Result, change func(*result.Result)) *result.Result {
	change(r)
	r.Verdict = result.Judge(r)
	return r
}

// partial ends the run in the middle of the second trial.
func partial(r *result.Result) {
	r.Partial = "interrupted while the replay against persistent was under way"
	t := &r.Replay.Trials[1]
	t.Series, t.Samples, t.Stages = t.Series[:17], t.Samples[:165], t.Stages[:2]
}

// doubtful adds warnings about every part, and makes a trial invalid.
func doubtful(r *result.Result) {
	r.Replay.Trials[1].Invalid = "the load generator fell behind: one hit in a hundred was sent more than 80 ms late"
	r.Capacity.Gain.Wilcoxon = [2]result.Float{result.Float(math.Inf(-1)), result.Float(math.Inf(1))}
	r.Warnings = []result.Warning{
		{About: "capacity.gain", Text: "only 26 quads were measured: the interval of persistent is wide"},
		{About: "capacity.throughput.cgi", Text: "the first block was slower than the others"},
		{About: "replay.trials.persistent", Text: r.Replay.Trials[1].Invalid},
		{About: "replay.trials.cgi", Text: "other programs used 14% of this machine's CPU time meanwhile"},
		{About: "environment", Text: "generator and target shared a core"},
	}
}

// unknownLoad has a candidate that runs already, without its processes.
func unknownLoad(r *result.Result) {
	r.Targets[1].Kind = "url"
	withoutLoad(&r.Replay.Trials[1])
	r.Warnings = append(r.Warnings, result.Warning{About: "replay.trials.persistent", Text: "its processes are not known: CPU, run queue and memory were not seen"})
}

func withoutLoad(t *result.Trial) {
	t.Samples, t.Load = nil, result.Load{}
	for i := range t.Stages {
		t.Stages[i].Load = result.Load{}
	}
}

// otherSystem makes the result one of a system that cannot measure process trees.
func otherSystem(r *result.Result) {
	r.Environment = result.Environment{OS: "darwin", Arch: "arm64", Cores: 8, Go: "go1.26.8", Pinning: "this system does not pin"}
	for i := range r.Replay.Trials {
		withoutLoad(&r.Replay.Trials[i])
	}
	for i := range r.Capacity.Quads {
		for j := range r.Capacity.Quads[i].Blocks {
			r.Capacity.Quads[i].Blocks[j].CPU = 0
		}
	}
}

// hostile sets names with markup and control characters.
func hostile(r *result.Result) {
	const script = `</title><script>alert("x")</script><img src=http://example.com/x.png onerror=alert(1)>`
	r.Scenario.Name, r.Scenario.Description = "peak | hour `x`", script
	r.Targets[1].Command = []string{script}
	Rename(r, "persistent", `server with a name that is long enough to be a nuisance <b>&amp;`+"\x1b[31m\n")
	for i, name := range map[int]string{1: "a stage whose name does not fit its few seconds " + script, 2: strings.Repeat("x", 60)} {
		r.Replay.Stages[i].Name = name
		for _, t := range r.Replay.Trials {
			t.Stages[i].Name = name
		}
	}
	r.Replay.Trials[0].Faults = map[string]result.Fault{"status 500": {Count: 3, Example: script + "\x00\x1b]0;title\x07"}, "timeout": {Count: 1620, Example: "GET /\u202egnp.x"}}
	r.Warnings = append(r.Warnings, result.Warning{About: "capacity", Text: script})
}

func Rename(r *result.Result, from, to string) {
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

// silent removes the right answers of a target.
func silent(r *result.Result) {
	t := &r.Replay.Trials[0]
	none := result.Float(math.NaN())
	l := result.Latency{Mean: none, P50: none, P90: none, P95: none, P99: none, P999: none, Max: none}
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
	r.Capacity.Throughput["cgi"] = result.Throughput{Latency: l, Errors: 12000}
	r.Capacity.Gain = nil
}

// lowRate leaves two hits per second, too few in any second for a percentile.
func lowRate(r *result.Result) {
	none := result.Float(math.NaN())
	r.Scenario.Ads = 0
	for i := range r.Replay.Stages {
		r.Replay.Stages[i].Offered = 1.5 + float64(i%2)
	}
	for i := range r.Replay.Trials {
		t := &r.Replay.Trials[i]
		slow := result.Float(0.9 / float64(1+40*i))
		t.Hits, t.Errors, t.Faults, t.OfferedRPS, t.AchievedRPS = 72, 0, nil, 2, 2
		t.Latency = result.Latency{Count: 72, Mean: slow / 2, P50: slow / 2, P90: none, P95: none, P99: none, P999: none, Max: slow}
		for j := range t.Stages {
			s := &t.Stages[j]
			s.Hits, s.Errors, s.OfferedRPS, s.AchievedRPS, s.Latency, s.Meets = 14, 0, 2, 2, t.Latency, i > 0
			s.Latency.Count, s.Latency.P50, s.Latency.Histogram = 14, none, ""
		}
		for j := range t.Routes {
			x := &t.Routes[j]
			x.Hits, x.Errors, x.Latency = 8, 0, result.Latency{Count: 8, Mean: slow, P50: none, P90: none, P95: none, P99: none, P999: none, Max: slow}
		}
		t.Series = t.Series[:36]
		for j := range t.Series {
			p := &t.Series[j]
			p.Due, p.Done, p.Errors, p.P50, p.P95, p.P99, p.Max = 2, 2, 0, none, none, none, slow
		}
		t.Bins = nil
		for j := range 3 {
			t.Bins = append(t.Bins, result.Bin{From: float64(12 * j), To: float64(12*j + 12), Hits: 24, P50: slow / result.Float(2+j%2), P95: none, Max: slow / result.Float(1+j%2)})
		}
	}
}

// wide leaves two quads, and an interval from a loss to a large gain.
func wide(r *result.Result) {
	r.Replay, r.Capacity.Quads = nil, r.Capacity.Quads[:2]
	g := r.Capacity.Gain
	g.Quads, g.Ratio, g.Low, g.High, g.MDE = 2, 12, 0.004, 36000, 2980
	g.Wilcoxon = [2]result.Float{0, result.Float(math.Inf(1))}
}

// noBounds leaves a single quad.
func noBounds(r *result.Result) {
	wide(r)
	r.Capacity.Quads = r.Capacity.Quads[:1]
	g := r.Capacity.Gain
	g.Quads, g.Low, g.High, g.MDE, g.ACF1 = 1, math.NaN(), math.NaN(), math.NaN(), math.NaN()
}

// otherPages makes a candidate answer with other pages.
func otherPages(r *result.Result) {
	r.Answers = &result.Answers{Asked: 60, Routes: 9, Different: []result.Difference{
		{Candidate: "persistent", Route: "home", Kind: "text", Count: 12, Request: "GET /", Baseline: "…<h1>Guestbook of Ann</h1>…", Answer: "It works!"},
		{Candidate: "persistent", Route: "ad", Kind: "type", Count: 6, Request: "GET /ads/7", Baseline: "text/html", Answer: "text/plain"},
	}}
	r.Warnings = append(r.Warnings, result.Warning{About: "answers.persistent", Text: "persistent answers 18 of 60 requests with another page than cgi (routes \"home\", \"ad\"): they may not do the same work"})
}

// inPart makes a replay and a candidate invalid, beside valid ones.
func inPart(r *result.Result) {
	r.Replay.Trials[0].Invalid = "the load generator fell behind: one hit in a hundred was sent more than 80 ms late"
	x := r.Capacity.Throughput["fastcgi behind a proxy"]
	x.Errors = x.Hits / 5
	r.Capacity.Throughput["fastcgi behind a proxy"] = x
}

func oneTarget(r *result.Result) {
	r.Targets, r.Replay.Trials = r.Targets[:1], r.Replay.Trials[:1]
	delete(r.Capacity.Throughput, "persistent")
	r.Capacity.Quads, r.Capacity.Gain = nil, nil
}
