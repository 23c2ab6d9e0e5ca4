package result_test

import (
	"math"
	"strings"
	"testing"

	"github.com/classibench/classibench/bench/result"
)

// story returns a run with stages of 0.5, 1, 2 and 4 million hits a day. cgi meets the
// objective in the first met stages, server in all of them.
func story(met int) *result.Result {
	r := &result.Result{
		Targets:     []result.Target{{Name: "cgi"}, {Name: "server"}},
		Environment: result.Environment{Cores: 2, TargetCPUs: []int{1}},
		Capacity:    &result.Capacity{Gain: &result.Gain{Baseline: "cgi", Candidate: "server", Ratio: 20, Low: 15, High: 25, Level: 0.95, Quads: 30, Sessions: 6}},
		Replay:      &result.Replay{},
	}
	cgi, server := result.Trial{Target: "cgi", Load: result.Load{AliveMax: 30}}, result.Trial{Target: "server", Load: result.Load{AliveMax: 3}}
	for i, hits := range []float64{5e5, 1e6, 2e6, 4e6} {
		at := float64(10 * i)
		r.Replay.Stages = append(r.Replay.Stages, result.Stage{Name: "stage", From: at, To: at + 10, Offered: hits / 30000, HitsPerDay: hits})
		load := result.Load{CPUCores: 0.2, RunnableMean: 1, RunnableMax: 3}
		if i >= met {
			load = result.Load{CPUCores: 1, RunnableMean: 24, RunnableMax: 31, DefunctMax: 4, DefunctMean: 0.5}
		}
		cgi.Stages = append(cgi.Stages, result.StageResult{Hits: 100, Meets: i < met, Load: load})
		server.Stages = append(server.Stages, result.StageResult{Hits: 100, Meets: true, Load: result.Load{CPUCores: 0.01}})
	}
	r.Replay.Trials = []result.Trial{cgi, server}
	r.Verdict = result.Judge(r)
	return r
}

// outcomes lists the outcome of each claim.
func outcomes(r *result.Result) string {
	var all []string
	for _, c := range result.StoryClaims(r, "server") {
		all = append(all, string(c.Outcome))
	}
	return strings.Join(all, ", ")
}

func TestStoryClaims(t *testing.T) {
	const yes, no, unknown = "reproduced", "not reproduced", "not measured"
	list := func(all ...string) string { return strings.Join(append(all, unknown), ", ") } // no run has a database machine
	for name, c := range map[string]struct {
		change func(*result.Result)
		met    int
		want   string
	}{
		"the story itself":            {nil, 1, list(yes, yes, yes, yes, yes, yes, yes)},
		"CGI carries a million":       {nil, 2, list(yes, yes, no, yes, yes, yes, yes)},
		"CGI carries less than half":  {nil, 0, list(yes, no, yes, yes, yes, yes, yes)},
		"CGI carries all":             {nil, 4, list(yes, yes, no, no, no, yes, yes)},
		"a small gain":                {func(r *result.Result) { r.Capacity.Gain.Low, r.Capacity.Gain.High = 1.5, 3.9 }, 1, list(no, yes, yes, yes, yes, yes, yes)},
		"a gain around four":          {func(r *result.Result) { r.Capacity.Gain.Low = 3.9 }, 1, list("undecided", yes, yes, yes, yes, yes, yes)},
		"the server misses two":       {func(r *result.Result) { r.Replay.Trials[1].Stages[2].Meets = false }, 1, list(yes, yes, yes, yes, yes, no, yes)},
		"the server is busy":          {func(r *result.Result) { r.Replay.Trials[1].Stages[1].Load.CPUCores = 0.6 }, 1, list(yes, yes, yes, yes, yes, yes, no)},
		"capacity only":               {func(r *result.Result) { r.Replay = nil }, 1, list(yes, unknown, unknown, unknown, unknown, unknown, unknown)},
		"replay only":                 {func(r *result.Result) { r.Capacity = nil }, 1, list(unknown, yes, yes, yes, yes, yes, yes)},
		"an invalid replay of one":    {func(r *result.Result) { r.Replay.Trials[0].Invalid = "late" }, 1, list(yes, unknown, unknown, unknown, unknown, yes, unknown)},
		"processes that are not seen": {func(r *result.Result) { r.Replay.Trials[1].Load.AliveMax = 0 }, 1, list(yes, yes, yes, unknown, unknown, yes, unknown)},
	} {
		t.Run(name, func(t *testing.T) {
			r := story(c.met)
			if c.change != nil {
				c.change(r)
			}
			if got := outcomes(r); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// A stage above a missed one does not count as carried.
func TestCarriedStopsAtTheFirstMissedStage(t *testing.T) {
	r := story(1)
	r.Replay.Trials[0].Stages[3].Meets = true
	got, known := result.CarriedOf(r, "cgi")
	if want := (result.Carried{Target: "cgi", Met: 5e5, Missed: 1e6}); got != want || !known {
		t.Errorf("got %+v, %v; want %+v", got, known, want)
	}
	r.Replay.Stages = []result.Stage{{}, {}, {}, {}} // rates in another unit
	if got, known := result.CarriedOf(r, "cgi"); known {
		t.Errorf("got %+v of rates that are not in hits per day", got)
	}
}

// A database machine is relieved if it has fewer connections and less work for a request.
func TestTheDatabaseIsRelieved(t *testing.T) {
	for _, c := range []struct {
		name             string
		cpu, connections result.Float // of the server, beside 1 connection and 40 ms of the CGI program
		want             result.ClaimOutcome
	}{
		{"fewer and less", 0.002, 0.01, result.Reproduced},
		{"less work only", 0.002, 1.2, result.NotReproduced},
		{"fewer connections only", 0.05, 0.01, result.NotReproduced},
		{"a server that was running already", result.Float(math.NaN()), 0.01, result.NotMeasured},
	} {
		r := story(4)
		r.Database = result.Databases{
			"cgi":    {DatabasePerHit: result.DatabasePerHit{Connections: 1, CPUSeconds: 0.04}},
			"server": {DatabasePerHit: result.DatabasePerHit{Connections: c.connections, CPUSeconds: c.cpu}},
		}
		claims := result.StoryClaims(r, "server")
		if got := claims[len(claims)-1]; got.Outcome != c.want {
			t.Errorf("%s: got %s: %s", c.name, got.Outcome, got.Measured)
		}
	}
}
