package main

import (
	"testing"
	"time"

	"github.com/classibench/classibench/scenarios"
	"github.com/google/go-cmp/cmp"
)

// The plans of all verbs leave the scenario as it was parsed.
func TestPlansLeaveTheScenarioAlone(t *testing.T) {
	p := &program{}
	for _, name := range scenarios.Names() {
		parsed, err := scenarios.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		plan, err := p.comparePlan(t.Context(), compareOptions{scenario: name, quick: true, budget: 7 * time.Second})
		if err != nil {
			t.Fatal(err)
		}
		plan.Settings.CapacityOnly(time.Second, 1)
		plan.Settings.Objective(scenarios.Rate{Value: 5}, time.Minute).Replay.Stages[0].Name = "another"
		plan.Settings.Replay.Stages[0].Name = "another"
		if d := cmp.Diff(parsed, plan.Scenario); d != "" {
			t.Errorf("%s was altered (-parsed +planned):\n%s", name, d)
		}
		if plan.Settings.Capacity.Budget != 7*time.Second || plan.Settings.Replay.Duration() >= parsed.Replay.Duration() {
			t.Errorf("%s: got %+v, want a quick run of the budget", name, plan.Settings)
		}
	}
}
