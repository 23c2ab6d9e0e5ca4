package result

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"
)

var costTargets = []Target{{Name: "cgi", Kind: "cgi"}, {Name: "persistent", Kind: "server"}}

// behind returns a round of ten requests with these milliseconds of CPU time and as many page
// faults each: in the gateway, and behind it.
func behind(gateway, program float64) CostRound {
	const n = 10
	g := Account{CPU: n * gateway / 1e3, Faults: Float(n * gateway), Switches: n}
	all := Account{CPU: n * (gateway + program) / 1e3, Faults: Float(n * (gateway + program)), Switches: 3 * n}
	return CostRound{Requests: n, Seconds: 1, Tree: &all, Gateway: &g}
}

func server(cpu float64) CostRound {
	r := behind(0, cpu)
	r.Gateway = nil
	return r
}

// exact are costs of which every part is known: 1 for the process, 2 for the runtime, 4 for
// the start-up, 8 for the work, 16 for the gateway. The second round costs 10% more.
func exact() Costs {
	of := func(f func(x float64) CostRound) []CostRound { return []CostRound{f(1), f(1.1)} }
	return Costs{
		"cgi": {Measured: CostRounds{
			Target:  of(func(x float64) CostRound { return behind(16*x, 15*x) }),
			Process: of(func(x float64) CostRound { return behind(16*x, 1*x) }),
			Runtime: of(func(x float64) CostRound { return behind(16*x, 3*x) }),
		}},
		"persistent": {Measured: CostRounds{Target: of(func(x float64) CostRound { return server(8 * x) })}},
	}
}

func wantParts(t *testing.T, c TargetCosts, want map[string]float64) {
	t.Helper()
	for _, part := range append(Parts(), PartTotal) {
		p := c.Part(part)
		ms, ok := want[part]
		switch {
		case p == nil && ok:
			t.Errorf("%s is not known (%s), want %v ms", part, c.Missing[part], ms)
		case p != nil && !ok:
			t.Errorf("%s is %v s, want none", part, p.CPUSeconds)
		case p != nil && math.Abs(1e3*p.CPUSeconds-1.05*ms) > 1e-9:
			t.Errorf("%s is %v s, want %v ms", part, p.CPUSeconds, 1.05*ms)
		case p != nil && math.Abs(float64(p.PageFaults)-1.05*ms) > 1e-9:
			t.Errorf("%s has %v page faults, want %v", part, p.PageFaults, 1.05*ms)
		}
	}
}

func TestEveryPartOfACost(t *testing.T) {
	all := EstimateCosts(exact(), costTargets)
	wantParts(t, all["cgi"], map[string]float64{PartGateway: 16, PartProcess: 1, PartRuntime: 2, PartStartup: 4, PartWork: 8, PartTotal: 31})
	wantParts(t, all["persistent"], map[string]float64{PartWork: 8, PartTotal: 8})
	if c := all["cgi"]; c.WorkOf != "persistent" || c.Missing != nil || math.Abs(c.Wall.Seconds-0.1) > 1e-9 || c.Total.ContextSwitches != 3 || c.Gateway.ContextSwitches != 1 {
		t.Errorf("%+v", c)
	}
	if w := all["persistent"].Work; !slices.Equal(w.With, []string{PartGateway}) {
		t.Errorf("the work of a server has %v in it, want its HTTP", w.With)
	}
	// Student's t of one degree of freedom is 12.7: half the distance of two values is their
	// standard error.
	const half = 12.7062 * 0.4e-3
	if p := all["cgi"].Work; math.Abs(float64(p.High)-8.4e-3-half) > 1e-7 || math.Abs(float64(p.Low)-8.4e-3+half) > 1e-7 || p.Below {
		t.Errorf("%+v", p)
	}
}

// Parts that cannot be separated are included in the next one.
func TestPartsTogether(t *testing.T) {
	for name, c := range map[string]struct {
		change  func(Costs)
		want    map[string]float64
		with    map[string][]string
		missing map[string]string
	}{
		"no process": {
			change: func(c Costs) { change(c, "cgi", func(m *CostRounds) { m.Process = nil }) },
			want:   map[string]float64{PartGateway: 16, PartRuntime: 3, PartStartup: 4, PartWork: 8, PartTotal: 31},
			with:   map[string][]string{PartRuntime: {PartProcess}},
		},
		"no runtime": {
			change: func(c Costs) { change(c, "cgi", func(m *CostRounds) { m.Runtime = nil }) },
			want:   map[string]float64{PartGateway: 16, PartProcess: 1, PartStartup: 6, PartWork: 8, PartTotal: 31},
			with:   map[string][]string{PartStartup: {PartRuntime}},
		},
		"neither": {
			change: func(c Costs) { change(c, "cgi", func(m *CostRounds) { m.Runtime, m.Process = nil, nil }) },
			want:   map[string]float64{PartGateway: 16, PartStartup: 7, PartWork: 8, PartTotal: 31},
			with:   map[string][]string{PartStartup: {PartProcess, PartRuntime}},
		},
		"no other target": {
			change:  func(c Costs) { delete(c, "persistent") },
			want:    map[string]float64{PartGateway: 16, PartProcess: 1, PartRuntime: 2, PartWork: 12, PartTotal: 31},
			with:    map[string][]string{PartWork: {PartStartup}},
			missing: map[string]string{PartStartup: "no other target"},
		},
		"work that costs more than all": {
			change: func(c Costs) {
				change(c, "persistent", func(m *CostRounds) { m.Target = []CostRound{server(30), server(30.1)} })
			},
			want:    map[string]float64{PartGateway: 16, PartProcess: 1, PartRuntime: 2, PartWork: 12, PartTotal: 31},
			with:    map[string][]string{PartWork: {PartStartup}},
			missing: map[string]string{PartStartup: "too little"},
		},
		"a runtime that costs less than a process": {
			change: func(c Costs) {
				change(c, "cgi", func(m *CostRounds) { m.Runtime = []CostRound{behind(16, 0.1), behind(16, 0.1)} })
				change(c, "cgi", func(m *CostRounds) { m.Process = []CostRound{behind(16, 1), behind(16, 1)} })
			},
			want:    map[string]float64{PartGateway: 16, PartProcess: 1 / 1.05, PartStartup: 7 - 1/1.05, PartWork: 8, PartTotal: 31},
			with:    map[string][]string{PartStartup: {PartRuntime}},
			missing: map[string]string{PartRuntime: "too little"},
		},
		"unknown processes": {
			change:  func(c Costs) { change(c, "cgi", func(m *CostRounds) { m.Target[1].Tree = nil }) },
			want:    map[string]float64{},
			missing: map[string]string{PartTotal: "name them with pids"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			measured := exact()
			c.change(measured)
			got := EstimateCosts(measured, costTargets)["cgi"]
			wantParts(t, got, c.want)
			for part, with := range c.with {
				if p := got.Part(part); p == nil || !slices.Equal(p.With, with) {
					t.Errorf("%s: %+v, want it with %v", part, p, with)
				}
			}
			for part, why := range c.missing {
				if !strings.Contains(got.Missing[part], why) {
					t.Errorf("%s: %q, want %q", part, got.Missing[part], why)
				}
			}
		})
	}
}

func change(c Costs, target string, change func(*CostRounds)) {
	x := c[target]
	change(&x.Measured)
	c[target] = x
}

// A gateway of ours before a program that keeps running does the HTTP.
func TestCostsBehindAFastCGIGateway(t *testing.T) {
	m := exact()
	change(m, "persistent", func(m *CostRounds) { m.Target = []CostRound{behind(2, 6), behind(2.2, 6.6)} })
	all := EstimateCosts(m, []Target{costTargets[0], {Name: "persistent", Kind: "fastcgi"}})
	wantParts(t, all["persistent"], map[string]float64{PartGateway: 2, PartWork: 6, PartTotal: 8})
	wantParts(t, all["cgi"], map[string]float64{PartGateway: 16, PartProcess: 1, PartRuntime: 2, PartStartup: 6, PartWork: 6, PartTotal: 31})
}

// A part that may be nothing has an upper end only, and none is negative.
func TestAPartBelowItsUncertainty(t *testing.T) {
	m := exact()
	change(m, "cgi", func(m *CostRounds) { m.Runtime = []CostRound{behind(16, 0.8), behind(16, 1.5)} })
	c := EstimateCosts(m, costTargets)["cgi"]
	if r := c.Runtime; r == nil || !r.Below || r.CPUSeconds < 0 || r.Low != 0 || !(r.High > 0) {
		t.Errorf("%+v", r)
	}
	change(m, "cgi", func(m *CostRounds) {
		m.Target, m.Runtime, m.Process = m.Target[:1], m.Runtime[:1], m.Process[:1]
	})
	c = EstimateCosts(m, costTargets)["cgi"]
	for _, part := range []string{PartTotal, PartProcess} {
		if p := c.Part(part); !p.Below || p.High.Known() {
			t.Errorf("%s of a single round: %+v", part, p)
		}
	}
}

// Keys that other tools rely on.
func TestKeysOfCosts(t *testing.T) {
	b, err := json.Marshal(Result{Costs: EstimateCosts(exact(), costTargets)})
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Costs map[string]map[string]json.RawMessage
	}
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	for _, part := range append(Parts(), PartTotal) {
		var keys map[string]float64
		if err := json.Unmarshal(got.Costs["cgi"][part], &keys); err != nil {
			t.Errorf("costs.cgi.%s: %v", part, err)
		}
		for _, key := range []string{"cpu_seconds", "low", "high", "page_faults"} {
			if _, ok := keys[key]; !ok {
				t.Errorf("costs.cgi.%s has no %s", part, key)
			}
		}
	}
}
