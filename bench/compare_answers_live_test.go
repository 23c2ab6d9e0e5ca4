package bench_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/classibench/classibench/bench"
	"github.com/classibench/classibench/scenarios"
)

// short returns a plan that measures as little as possible.
func short(t *testing.T, names ...string) *bench.Plan {
	p := plan(t, names...)
	p.Settings.Replay.Stages = nil
	p.Settings.Capacity.Budget, p.Settings.Capacity.Within = 4*time.Second, 1
	return p
}

// Without a comparison of answers, "It works!" would seem to carry many times as much.
func TestAnotherPageStandsInTheHeadline(t *testing.T) {
	t.Parallel()
	r, err := short(t, "quick", "other").Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := "But other answers with other pages than quick: to GET / quick answers “right” and other “right, and another page”."
	if !r.Verdict.Valid || !strings.Contains(r.Verdict.Sentence, want) {
		t.Errorf("valid %v: %s; want %s", r.Verdict.Valid, r.Verdict.Sentence, want)
	}
	if len(r.Warnings) == 0 || r.Warnings[0].About != "answers.other" || r.Answers.Asked == 0 || r.Answers.Different[0].Count != r.Answers.Asked {
		t.Errorf("warnings %+v, answers %+v", r.Warnings, r.Answers)
	}
}

// Times, counters and the address of a side are not differences.
func TestWhatTheBaselineVariesIsNoDifference(t *testing.T) {
	lengthy(t)
	t.Parallel()
	r, err := short(t, "clock", "clock").Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if r.Answers.Asked == 0 || len(r.Answers.Different) > 0 || strings.Contains(r.Verdict.Sentence, "answers with other pages") {
		t.Errorf("answers %+v: %s", r.Answers, r.Verdict.Sentence)
	}
}

func TestAnotherStatusIsInvalid(t *testing.T) {
	lengthy(t)
	t.Parallel()
	_, err := short(t, "quick", "wrong").Run(t.Context())
	var different *bench.AnswersError
	if !errors.As(err, &different) || !strings.Contains(err.Error(), "GET /: 200 and 418") {
		t.Errorf("got %v, want an error about different answers", err)
	}
	p := short(t, "quick", "slow", "moody")
	p.Settings.Capacity.Budget = 10 * time.Second // enough quads for an interval
	r, err := p.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	// The throughput of slow depends on the machine, but it has its own sentence.
	slow, moody := "slow carries less than quick|slow carried [0-9.]+ times|Whether slow carries more than quick|difference in throughput .* slow", "The gain of moody over quick cannot be trusted."
	if !regexp.MustCompile(slow).MatchString(r.Verdict.Sentence) || !strings.Contains(r.Verdict.Sentence, moody) {
		t.Errorf("got %s, want a sentence for each", r.Verdict.Sentence)
	}
	if r.Verdict.Valid || r.GainInvalid("slow") != "" || !strings.Contains(r.GainInvalid("moody"), "GET /: 200 and 404") {
		t.Errorf("got %+v", r.Verdict)
	}
}

// The comparison sends no request that changes data, and its time is limited if answers are
// slow.
func TestWhatIsNotCompared(t *testing.T) {
	lengthy(t)
	t.Parallel()
	p := short(t, "quick", "other")
	p.Scenario.Mix[0].Method = "POST"
	r, err := p.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if r.Answers.Asked != 0 || !strings.Contains(r.Answers.Note, "no route of the mix has a safe method") || r.Warnings[0].About != "answers" {
		t.Errorf("got %+v, %+v", r.Answers, r.Warnings)
	}
	p = short(t, "late", "late")
	p.Settings.Replay.Timeout = 20 * time.Second // the machine may stand still
	p.Scenario.Mix = append(p.Scenario.Mix, p.Scenario.Mix[0], p.Scenario.Mix[0], scenarios.Route{Name: "form", Weight: 1e-9, Method: "POST", Path: "/"})
	if r, err = p.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if a := r.Answers; a.Routes != a.Asked || a.Routes >= 3 || !strings.Contains(a.Note, "of 3 routes were compared") {
		t.Errorf("got %+v, want one or two of three routes in a second", a)
	}
}

// A page without an answer of the baseline is not compared.
func TestARouteWithoutAnAnswerIsNotCompared(t *testing.T) {
	lengthy(t)
	t.Parallel()
	p := short(t, "deaf", "quick")
	p.Scenario.Mix = append(p.Scenario.Mix, scenarios.Route{Name: "deaf", Weight: 1e-9, Method: "GET", Path: "/deaf"})
	r, err := p.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if r.Answers.Routes != 1 || !strings.Contains(r.Answers.Note, "only 1 of 2 routes") {
		t.Errorf("got %+v", r.Answers)
	}
}
