package result

import (
	"math"
	"testing"
)

func TestCostModel(t *testing.T) {
	measured := exact()
	change := func(target string, routes ...RouteCost) {
		c := measured[target]
		c.Routes = routes
		measured[target] = c
	}
	change("cgi", RouteCost{Route: "home", Measured: []CostRound{behind(16, 24), behind(16, 24)}}, RouteCost{Route: "ad", Measured: []CostRound{behind(16, 9)}})
	change("persistent", RouteCost{Route: "home", Measured: []CostRound{server(16), server(16)}})
	r := &Result{Targets: costTargets, Costs: EstimateCosts(measured, costTargets)}
	m, ok := r.CostModel()
	if !ok || m.Candidate != "persistent" || m.Beside != 0 || math.Abs(m.Before-1.05*23e-3) > 1e-9 {
		t.Fatalf("%+v, %v", m, ok)
	}
	if got, want := m.Gain(m.Work), r.Costs["cgi"].Total.CPUSeconds/r.Costs["persistent"].Total.CPUSeconds; math.Abs(got-want) > 1e-9 {
		t.Errorf("the mix gains %v, want %v", got, want)
	}
	work, ok := m.WorkFor(StoryGain)
	if !ok || math.Abs(m.Gain(work)-StoryGain) > 1e-9 || math.Abs(work-m.Before/3) > 1e-12 {
		t.Errorf("a gain of %v takes %v s of work, which gains %v", StoryGain, work, m.Gain(work))
	}
	if routes := m.Routes(r); len(routes) != 1 || routes[0].Route != "home" || math.Abs(routes[0].Gain-2.5) > 1e-9 || math.Abs(routes[0].Work-16e-3) > 1e-9 {
		t.Errorf("%+v", routes)
	}
}

// A gateway before the candidate limits the gain.
func TestCostModelBehindAGateway(t *testing.T) {
	m := CostModel{Work: 1e-3, Before: 30e-3, Beside: 10e-3}
	if got := m.Gain(0); math.Abs(got-3) > 1e-9 {
		t.Errorf("without work the gain is %v, want 3", got)
	}
	if work, ok := m.WorkFor(StoryGain); ok {
		t.Errorf("no work gains %v, got %v s", StoryGain, work)
	}
	if work, ok := m.WorkFor(2); !ok || math.Abs(work-10e-3) > 1e-12 {
		t.Errorf("got %v s, %v, want 10 ms", work, ok)
	}
}

func TestNoCostModel(t *testing.T) {
	for name, change := range map[string]func(Costs){
		"no costs":    func(c Costs) { clear(c) },
		"no twin":     func(c Costs) { delete(c, "persistent") },
		"no baseline": func(c Costs) { delete(c, "cgi") },
	} {
		measured := exact()
		change(measured)
		if m, ok := (&Result{Targets: costTargets, Costs: EstimateCosts(measured, costTargets)}).CostModel(); ok {
			t.Errorf("%s: %+v", name, m)
		}
	}
}
