package result

import (
	"strings"
	"testing"
)

func TestCarriedAtDoubledRates(t *testing.T) {
	stage := func(perDay float64) Stage { return Stage{HitsPerDay: perDay} }
	answered := func(met bool) StageResult { return StageResult{Hits: 1, Meets: met} }
	trial := func(target, invalid string, met ...bool) Trial {
		trial := Trial{Target: target, Invalid: invalid}
		for _, m := range met {
			trial.Stages = append(trial.Stages, answered(m))
		}
		return trial
	}
	doubled := func(target string, perDay float64, met bool, invalid string) Doubled {
		return Doubled{Target: target, Stage: stage(perDay), Result: answered(met), Invalid: invalid}
	}
	r := &Result{Replay: &Replay{
		DoubleUpTo: "32000000 hits/day",
		Stages:     []Stage{stage(500_000), stage(1e6), stage(2e6)},
		Trials: []Trial{
			trial("none", "", false, false, false), trial("some", "", true, false, false), trial("all", "", true, true, true),
			trial("most", "", true, false, true), trial("late", "the generator fell behind", true, true, true), trial("lag", "", true, true, true),
		},
		Doubled: []Doubled{doubled("all", 4e6, true, ""), doubled("all", 8e6, true, ""), doubled("most", 4e6, false, ""),
			doubled("lag", 4e6, false, "the generator fell behind")},
	}}
	for target, want := range map[string]string{
		"none": "missed the objective at 0.5 million hits a day already",
		"some": "met the objective up to 0.5 million hits a day, and missed it at 1 million",
		"all":  "met the objective up to 8 million hits a day, the most that was offered",
		"most": "met the objective up to 0.5 million hits a day, and missed it at 1 million",
		"lag":  "met the objective up to 2 million hits a day; the measurement at 4 million is invalid: the generator fell behind",
	} {
		r.Targets = append(r.Targets, Target{Name: target})
		if got, known := CarriedOf(r, target); !known || got.String() != want {
			t.Errorf("%s: got %q, want %q", target, got, want)
		}
	}
	if got, known := CarriedOf(r, "late"); known {
		t.Errorf("an invalid replay: got %q", got)
	}
	reasons := strings.Join(objectiveReasons(r), "\n")
	if !strings.Contains(reasons, "all met the objective up to 8 million") || strings.Count(reasons, "\n") != 4 {
		t.Errorf("got the reasons\n%s", reasons)
	}
}
