package result_test

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/classibench/classibench/bench/result"
	"github.com/google/go-cmp/cmp"
)

func resultOf(low, ratio, high float64) *result.Result {
	return &result.Result{
		Targets: []result.Target{{Name: "cgi"}, {Name: "persistent"}},
		Capacity: &result.Capacity{
			Throughput: map[string]result.Throughput{"cgi": {RPS: 100, Hits: 1000}, "persistent": {RPS: 2000, Hits: 20000}},
			Gain:       &result.Gain{Candidate: "persistent", Ratio: ratio, Low: low, High: high, Level: 0.95},
		},
	}
}

func TestJudge(t *testing.T) {
	failing := resultOf(19, 20, 21)
	failing.Capacity.Throughput["persistent"] = result.Throughput{Hits: 900, Errors: 100}
	refused, alsoWrong := resultOf(19, 20, 21), resultOf(19, 20, 21)
	for r, n := range map[*result.Result]int64{refused: 95, alsoWrong: 60} {
		r.Capacity.Throughput["cgi"] = result.Throughput{Hits: 900, Errors: 100}
		r.Database = result.Databases{"cgi": {Capacity: &result.DatabasePhase{Requests: 1200, Refused: n}}}
	}
	unknown := resultOf(1, 1, 1)
	unknown.Capacity.Gain, unknown.Capacity.Seconds = nil, 61.2
	partial := resultOf(1, 1, 1)
	partial.Capacity.Gain, partial.Partial = nil, "interrupted"
	lagging := resultOf(19, 20, 21)
	lagging.Replay = &result.Replay{Trials: []result.Trial{{Target: "cgi", Invalid: "the load generator fell behind"}}}
	alone := &result.Result{Targets: []result.Target{{Name: "cgi"}}, Capacity: &result.Capacity{Throughput: map[string]result.Throughput{"cgi": {RPS: 84.66, Hits: 900}}}}
	other := resultOf(19, 20, 21)
	other.Answers = &result.Answers{Asked: 60, Different: []result.Difference{{Candidate: "persistent", Route: "home", Kind: "text", Count: 60, Request: "GET /", Baseline: "Hello", Answer: "It works!"}}}
	status := resultOf(19, 20, 21)
	status.Answers = &result.Answers{Asked: 60, Different: []result.Difference{{Candidate: "persistent", Route: "home", Kind: "status", Count: 2, Request: "GET /", Baseline: "200", Answer: "404"}}}
	for name, c := range map[string]struct {
		r     *result.Result
		want  string
		valid bool
	}{
		"gain":        {resultOf(19, 20, 21), "persistent carries 20.0 times the throughput of cgi (95% interval 19.0 to 21.0).", true},
		"loss":        {resultOf(0.4, 0.5, 0.6), "persistent carries less than cgi: 50% of its throughput", true},
		"hardly less": {resultOf(0.9994, 0.9996, 0.9998), "nearly as much as cgi: 99.96% of its throughput (95% interval 99.94% to 99.98%).", true},
		"hardly more": {resultOf(1.001, 1.002, 1.003), "nearly as much as cgi: 100.20% of its throughput", true},
		"neither":     {resultOf(0.9, 1.01, 1.1), "No difference in throughput was found", true},
		"undecided":   {resultOf(0.3, 5, 40), "Whether persistent carries more than cgi or less is not known: the ratio is 5.00 (95% interval 0.300 to 40.0).", true},
		"no bounds":   {resultOf(0, 5, math.Inf(1)), "persistent carried 5.00 times the throughput of cgi, in too few quads for an interval.", true},
		"unknown":     {unknown, "The budget was spent (61.2 s) before the gain of persistent was known: give it a larger one (--budget 3m).", true},
		"partial":     {partial, "The run ended before the gain of persistent was known (interrupted).", true},
		"errors":      {failing, "The gain of persistent over cgi cannot be trusted.", false},
		"refused":     {refused, "persistent carries 20.0 times the throughput of cgi (95% interval 19.0 to 21.0).", true},
		"also wrong":  {alsoWrong, "The gain of persistent over cgi cannot be trusted.", false},
		"lag":         {lagging, "persistent carries 20.0 times the throughput of cgi (95% interval 19.0 to 21.0). The replay against cgi is invalid.", false},
		"alone":       {alone, "cgi carries 84.7 hits/s; it was measured alone", true},
		"other page":  {other, "(95% interval 19.0 to 21.0). But persistent answers with other pages than cgi: to GET / cgi answers “Hello” and persistent “It works!”.", true},
		"status":      {status, "The gain of persistent over cgi cannot be trusted.", false},
		"nothing":     {&result.Result{}, "Nothing was measured.", true},
	} {
		t.Run(name, func(t *testing.T) {
			v := result.Judge(c.r)
			if !strings.Contains(v.Sentence, c.want) || v.Valid != c.valid || (!v.Valid && len(v.Reasons) == 0) {
				t.Errorf("got %+v, want %q, valid %v", v, c.want, c.valid)
			}
		})
	}
}

// Each candidate has its own sentence.
func TestJudgeSpeaksOfEachCandidate(t *testing.T) {
	r := resultOf(0.97, 1.01, 1.05)
	r.Targets = append(r.Targets, result.Target{Name: "slow"}, result.Target{Name: "broken"}, result.Target{Name: "late"})
	r.Capacity.Throughput["broken"] = result.Throughput{Hits: 10, Errors: 90}
	r.Capacity.Gains = map[string]result.Gain{
		"persistent": *r.Capacity.Gain,
		"slow":       {Candidate: "slow", Ratio: 0.75, Low: 0.7, High: 0.8, Level: 0.95},
		"broken":     {Candidate: "broken", Ratio: 9, Low: 8, High: 10, Level: 0.95},
	}
	r.Verdict = result.Judge(r)
	want := []string{
		"No difference in throughput was found between persistent and cgi (ratio 1.01, 95% interval 0.970 to 1.05).",
		"slow carries less than cgi: 75% of its throughput (95% interval 70% to 80%).",
		"The gain of broken over cgi cannot be trusted.",
		"The budget was spent (0 s) before the gain of late was known: give it a larger one (--budget 1m).",
	}
	if diff := cmp.Diff(want, r.Verdict.Sentences); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if r.Verdict.Valid || r.GainInvalid("slow") != "" || r.GainInvalid("broken") == "" {
		t.Errorf("got %+v", r.Verdict)
	}
}

// What is in doubt for several targets is one sentence.
func TestJudgeSpeaksOfADoubtOnce(t *testing.T) {
	for _, c := range []struct {
		broken, lagging []string
		want            []string
	}{
		{nil, []string{"cgi", "a"}, []string{"The replays against cgi and a are invalid."}},
		{nil, []string{"cgi", "a", "b"}, []string{"The replays against cgi, a and b are invalid."}},
		{[]string{"a", "b"}, nil, []string{"The gains of a and b over cgi cannot be trusted."}},
		{[]string{"a"}, []string{"a"}, []string{"The gain of a over cgi cannot be trusted.", "The replay against a is invalid."}},
	} {
		r := resultOf(1, 2, 3)
		r.Targets = []result.Target{{Name: "cgi"}, {Name: "a"}, {Name: "b"}}
		r.Replay = &result.Replay{}
		for _, name := range c.broken {
			r.Capacity.Throughput[name] = result.Throughput{Hits: 10, Errors: 90}
		}
		for _, name := range c.lagging {
			r.Replay.Trials = append(r.Replay.Trials, result.Trial{Target: name, Invalid: "the load generator fell behind"})
		}
		v := result.Judge(r)
		got := slices.DeleteFunc(slices.Clone(v.Sentences), func(s string) bool { return !strings.Contains(s, "invalid") && !strings.Contains(s, "trusted") })
		if !slices.Equal(got, c.want) {
			t.Errorf("broken %v, lagging %v: got %q, want %q", c.broken, c.lagging, got, c.want)
		}
	}
}

// A program that runs out of connections to its database has that as a reason.
func TestJudgeTellsRefusals(t *testing.T) {
	r := resultOf(19, 20, 21)
	r.Capacity.Throughput["cgi"] = result.Throughput{Hits: 900, Errors: 100}
	r.Database = result.Databases{"cgi": {Capacity: &result.DatabasePhase{Refused: 1234}}}
	const want = "cgi ran out of connections to its database, which refused 1,234: 10% of its answers in the capacity measurement were errors, and only right ones count as carried"
	if v := result.Judge(r); !slices.Contains(v.Reasons, want) {
		t.Errorf("got the reasons %q, want %q", v.Reasons, want)
	}
}

// Each missed stage has a reason, not only the busiest one.
func TestJudgeTellsEachMissedObjective(t *testing.T) {
	r := resultOf(19, 20, 21)
	nan := result.Float(math.NaN())
	r.Replay = &result.Replay{
		Stages: []result.Stage{{Name: "calm", Offered: 1.5}, {Name: "rush", Offered: 120}, {Name: "after", Offered: 10}},
		Trials: []result.Trial{
			{Target: "cgi", Hits: 10, Load: result.Load{CPU: 1, AliveMax: 9}, Stages: []result.StageResult{
				{Name: "calm", Hits: 3, Latency: result.Latency{Count: 3, P95: nan, Max: 2.25}, Load: result.Load{RunnableMax: 1}},
				{Name: "rush", Hits: 1, Errors: 1, Latency: result.Latency{P95: 2.5}, Load: result.Load{RunnableMax: 30}},
				{Name: "after", Errors: 4, Latency: result.Latency{P95: nan, Max: nan}}}},
			{Target: "persistent", Hits: 20, Load: result.Load{CPU: 0.1, AliveMax: 1}, Stages: []result.StageResult{
				{Name: "calm", Hits: 2, Meets: true}, {Name: "rush", Hits: 2, Meets: true, Latency: result.Latency{P95: 0.0012}}, {Name: "after"}}},
			{Target: "elsewhere", Stages: []result.StageResult{
				{Name: "calm", Hits: 9, Latency: result.Latency{P95: 0.7}}, {Name: "rush", Hits: 2, Meets: true, Latency: result.Latency{P95: 0.0012}}}},
			{Target: "lagging", Invalid: "the load generator fell behind", Stages: []result.StageResult{{Name: "calm", Hits: 9}}},
		},
	}
	want := []string{
		"the replay against lagging is invalid: the load generator fell behind",
		`at "calm" (1.5 hits/s offered) cgi missed the objective: the slowest of 3 answers took 2.25 s, 0% errors, 1 task runnable at most`,
		`at "rush" (120 hits/s offered) cgi missed the objective: p95 2.50 s, 50% errors, 30 tasks runnable at most`,
		`at "after" (10 hits/s offered) cgi missed the objective: no right answer, 100% errors, 0 tasks runnable at most`,
		`persistent met the objective at all 2 stages; at "rush" (120 hits/s offered): p95 1.20 ms, 0% errors, 0 tasks runnable at most`,
		`at "calm" (1.5 hits/s offered) elsewhere missed the objective: p95 700 ms, 0% errors`,
		`at "rush" (120 hits/s offered) elsewhere met the objective: p95 1.20 ms, 0% errors`,
		"CPU per answer in the replay: cgi 100 ms, persistent 5.00 ms",
	}
	if diff := cmp.Diff(want, result.Judge(r).Reasons); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestFloatIsNullWhereItIsUnknown(t *testing.T) {
	b, err := json.Marshal([]result.Float{1.5, result.Float(math.NaN()), result.Float(math.Inf(1))})
	if err != nil || string(b) != "[1.5,null,null]" {
		t.Fatalf("got %s, %v", b, err)
	}
	var back []result.Float
	if err := json.Unmarshal(b, &back); err != nil || back[0] != 1.5 || back[1].Known() || back[2].Known() {
		t.Errorf("got %v, %v", back, err)
	}
}
