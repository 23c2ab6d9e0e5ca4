package result

import "testing"

// Each kind of check has a unique name and a judge.
func TestCheckKinds(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range checkKinds {
		if k.name == "" || k.judge == nil || seen[k.name] {
			t.Errorf("the kind %q has no unique name, or no judge", k.name)
		}
		seen[k.name] = true
	}
}

// A check of another version is shown, and counts.
func TestACheckOfAnUnknownKind(t *testing.T) {
	c, g := Check{Name: "memory", Outcome: Fail}, &Gate{Advisory: true}
	if g.Advises(c) || !g.Weighs(c) || c.Title() != "memory" || c.Effect() != "" || c.Hint() != moreTime || c.Seconds(&Result{Gate: g}) != 0 {
		t.Errorf("got %v, %v, %q, %q, %q", g.Advises(c), g.Weighs(c), c.Title(), c.Effect(), c.Hint())
	}
}

func TestOnlyChecksThatCountWeigh(t *testing.T) {
	for _, c := range []struct {
		check            Check
		advisory, weighs bool
	}{
		{Check{Name: ThroughputCheck, Outcome: Inconclusive}, false, true},
		{Check{Name: RouteCheck, Route: "home", Outcome: Inconclusive}, false, false},
		{Check{Name: RouteCheck, Route: "home", Outcome: Fail}, false, true},
		{Check{Name: BaselineCheck, Outcome: Fail}, true, false},
		{Check{Name: GainCheck, Outcome: Fail}, false, true},
	} {
		g := &Gate{Advisory: true}
		if got := g.Advises(c.check); got != c.advisory {
			t.Errorf("%s %s: advises %v, want %v", c.check.Title(), c.check.Outcome, got, c.advisory)
		}
		if got := g.Weighs(c.check); got != c.weighs {
			t.Errorf("%s %s: weighs %v, want %v", c.check.Title(), c.check.Outcome, got, c.weighs)
		}
	}
}
