package result

import (
	"fmt"
	"math"
	"time"

	"github.com/classibench/classibench/internal/unit"
)

// ObjectiveCheck is the name of the check that a target meets the objective at the offered rate.
const ObjectiveCheck = "objective"

var objectiveCheck = checkKind{
	name:  ObjectiveCheck,
	judge: judgeObjective,
	hint:  "offer the rate for longer with --budget",
	seconds: func(r *Result, _ Check) float64 {
		if r.Replay == nil {
			return 0
		}
		return r.Replay.Seconds
	},
}

func judgeObjective(r *Result) []Check {
	if r.Gate.Objective == "" {
		return nil
	}
	c := undecided(ObjectiveCheck, "The objective's rate was not offered to the end.")
	if r.Replay == nil || len(r.Replay.Trials) == 0 || len(r.Replay.Trials[0].Stages) == 0 || r.Partial != "" {
		return []Check{c}
	}
	s, o := r.Replay.Trials[0].Stages[0], r.Scenario.Objective
	failed := ErrorShare(s.Hits, s.Errors) > o.Errors
	if !s.Latency.P95.Known() && !failed {
		return []Check{undecided(ObjectiveCheck, fewHits(r.Gate.Objective, s))}
	}
	words := fmt.Sprintf("at %s, %s and errors were %s of at most %s",
		r.Gate.Objective, p95Was(s.Latency, o), unit.Percent(ErrorShare(s.Hits, s.Errors)), unit.Percent(o.Errors))
	if s.Meets && !failed {
		c.Outcome, c.Reason = Pass, "The objective was met: "+words+"."
	} else {
		c.Outcome, c.Reason = Fail, "The objective was missed: "+words+"."
	}
	return []Check{c}
}

func p95Was(l Latency, o Objective) string {
	if !l.P95.Known() {
		return "p95 is not known"
	}
	return fmt.Sprintf("p95 was %s of at most %s", unit.Seconds(float64(l.P95)), unit.Span(o.P95))
}

// P95Hits is the number of right answers that a p95 needs.
const P95Hits = 200

// fewHits describes how long a rate has to be offered until a p95 is known.
func fewHits(rate string, s StageResult) string {
	if s.OfferedRPS <= 0 {
		return fmt.Sprintf("At %s there was no hit.", rate)
	}
	long := time.Duration(math.Ceil(1.2*P95Hits/s.OfferedRPS/60)) * time.Minute
	return fmt.Sprintf("At %s there were too few right answers for a p95, %d of %d: a longer --budget offers it for longer, and one of %d min would suffice.",
		rate, s.Hits, P95Hits, int(long.Minutes()))
}
