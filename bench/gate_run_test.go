package bench_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/classibench/classibench/bench"
	"github.com/classibench/classibench/bench/result"
)

// A server that takes three times as long fails, and the result alone gives the same verdict.
func TestGateFindsALossAndReachesItAgain(t *testing.T) {
	lengthy(t)
	p := plan(t, "quick", "slow")
	p.Scenario.Mix = append(p.Scenario.Mix, p.Scenario.Mix[0])
	p.Scenario.Mix[1].Name = "other page"
	p.Candidates[0].Name, p.Candidates[1].Name = "base", "head"
	r, err := p.Gate(t.Context(), bench.Rules{Budget: 30 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	if r.Gate.Outcome != result.Fail || r.Gate.Checks[0].Ratio > 0.8 {
		t.Errorf("got %s: %+v", r.Gate.Outcome, r.Gate.Checks[0])
	}
	if len(r.Gate.Sessions) == 0 || len(r.Gate.Sessions[0].Routes) != 2 {
		t.Errorf("%d sessions, want routes in them", len(r.Gate.Sessions))
	}
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var again result.Result
	if err := json.Unmarshal(b, &again); err != nil {
		t.Fatal(err)
	}
	result.JudgeGate(&again)
	if again.Verdict.Sentence != r.Verdict.Sentence || again.Gate.Outcome != r.Gate.Outcome {
		t.Errorf("again: %s, %s; want %s, %s", again.Gate.Outcome, again.Verdict.Sentence, r.Gate.Outcome, r.Verdict.Sentence)
	}
}

func TestGateRefusesTargetsThatAnswerDifferently(t *testing.T) {
	t.Parallel()
	_, err := plan(t, "quick", "moody").Gate(t.Context(), bench.Rules{Budget: 10 * time.Second})
	var different *bench.AnswersError
	if !errors.As(err, &different) || !strings.Contains(err.Error(), "GET /: 200 and 404") {
		t.Errorf("got %v, want an error about different answers", err)
	}
}

// A head that always fails does not extend the measurement.
func TestGateEndsWithItsBudgetWhateverIsAnswered(t *testing.T) {
	t.Parallel()
	const budget = 6 * time.Second
	r, err := plan(t, "quick", "spent").Gate(t.Context(), bench.Rules{Budget: budget})
	if err != nil {
		t.Fatal(err)
	}
	if r.Gate.Outcome == result.Pass && r.Verdict.Valid {
		t.Errorf("got %s: %s", r.Gate.Outcome, r.Verdict.Sentence)
	}
	if most := budget * 3 / 2; r.Seconds > most.Seconds() { // a busy machine may delay the last quad
		t.Errorf("it took %.1f s with a budget of %v", r.Seconds, budget)
	}
}
