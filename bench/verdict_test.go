package bench_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/classibench/classibench/bench"
)

func result(low, ratio, high float64) *bench.Result {
	return &bench.Result{
		Targets: []bench.Target{{Name: "cgi"}, {Name: "persistent"}},
		Capacity: &bench.Capacity{
			Throughput: map[string]bench.Throughput{"cgi": {RPS: 100, Hits: 1000}, "persistent": {RPS: 2000, Hits: 20000}},
			Gain:       &bench.Gain{Candidate: "persistent", Ratio: ratio, Low: low, High: high, Level: 0.95},
		},
	}
}

func TestJudge(t *testing.T) {
	failing := result(19, 20, 21)
	failing.Capacity.Throughput["persistent"] = bench.Throughput{Hits: 900, Errors: 100}
	unknown := result(1, 1, 1)
	unknown.Capacity.Gain = nil
	lagging := result(19, 20, 21)
	lagging.Replay = &bench.Replay{Trials: []bench.Trial{{Target: "cgi", Invalid: "the load generator fell behind"}}}
	for name, c := range map[string]struct {
		r     *bench.Result
		want  string
		valid bool
	}{
		"gain":    {result(19, 20, 21), "persistent carries 20.0 times the throughput of cgi (95% interval 19.0 to 21.0).", true},
		"loss":    {result(0.4, 0.5, 0.6), "persistent carries less than cgi: 50% of its throughput", true},
		"neither": {result(0.9, 1.01, 1.1), "No difference in throughput was found", true},
		"unknown": {unknown, "ended before the gain was known", true},
		"errors":  {failing, "cannot be trusted", false},
		"lag":     {lagging, "cannot be trusted", false},
		"nothing": {&bench.Result{}, "ended before the gain was known", true},
	} {
		t.Run(name, func(t *testing.T) {
			v := bench.Judge(c.r)
			if !strings.Contains(v.Sentence, c.want) || v.Valid != c.valid || (!v.Valid && len(v.Reasons) == 0) {
				t.Errorf("got %+v, want %q, valid %v", v, c.want, c.valid)
			}
		})
	}
}

func TestJudgeSaysHowThePeakWas(t *testing.T) {
	r := result(19, 20, 21)
	r.Replay = &bench.Replay{
		Stages: []bench.Stage{{Name: "calm", Offered: 10}, {Name: "rush", Offered: 120}},
		Trials: []bench.Trial{
			{Target: "cgi", Hits: 10, Load: bench.Load{CPU: 1, AliveMax: 9}, Stages: []bench.StageResult{{Name: "calm"}, {Name: "rush", Hits: 1, Errors: 1, Latency: bench.Latency{P95: 2.5}, Load: bench.Load{RunnableMax: 30}}}},
			{Target: "persistent", Hits: 20, Load: bench.Load{CPU: 0.1, AliveMax: 1}, Stages: []bench.StageResult{{Name: "calm"}, {Name: "rush", Hits: 2, Meets: true, Latency: bench.Latency{P95: 0.0012}}}},
		},
	}
	got := strings.Join(bench.Judge(r).Reasons, "\n")
	for _, want := range []string{
		`at "rush" (120 hits/s offered) cgi missed the objective: p95 2.5 s, 50% errors, 30 tasks runnable at most`,
		`persistent met the objective: p95 1.2 ms, 0% errors`,
		"CPU per answer in the replay: cgi 100 ms, persistent 5 ms",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("got\n%s\nwant %q", got, want)
		}
	}
}

func TestFloatIsNullWhereItIsUnknown(t *testing.T) {
	b, err := json.Marshal([]bench.Float{1.5, bench.Float(math.NaN()), bench.Float(math.Inf(1))})
	if err != nil || string(b) != "[1.5,null,null]" {
		t.Fatalf("got %s, %v", b, err)
	}
	var back []bench.Float
	if err := json.Unmarshal(b, &back); err != nil || back[0] != 1.5 || back[1].Known() || back[2].Known() {
		t.Errorf("got %v, %v", back, err)
	}
}
