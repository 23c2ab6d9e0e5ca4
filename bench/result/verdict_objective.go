package result

import (
	"fmt"
	"strings"

	"github.com/classibench/classibench/internal/unit"
)

// objectiveReasons returns, for each target, a reason for each stage in which it missed
// the objective, and one for the busiest stage if it met the objective there. If rates were
// doubled, it returns how many hits a day each target carried instead.
func objectiveReasons(r *Result) (reasons []string) {
	if r.Replay == nil {
		return nil
	}
	if r.Replay.DoubleUpTo != "" {
		for _, t := range r.Targets {
			if c, known := CarriedOf(r, t.Name); known {
				reasons = append(reasons, c.Target+" "+c.String())
			}
		}
		if reasons != nil {
			return reasons
		}
	}
	for _, t := range r.Replay.Trials {
		if t.Invalid == "" {
			reasons = append(reasons, r.Replay.objectiveReasons(t)...)
		}
	}
	return reasons
}

func (p *Replay) objectiveReasons(t Trial) (reasons []string) {
	stages := p.offeredTo(t)
	for _, i := range stages {
		if !t.Stages[i].Meets {
			reasons = append(reasons, fmt.Sprintf("at %s %s missed the objective: %s", p.Stages[i].title(), t.Target, t.at(i)))
		}
	}
	peak := p.busiest(stages)
	if peak < 0 || !t.Stages[peak].Meets {
		return reasons
	}
	met := fmt.Sprintf("at %s %s met the objective: %s", p.Stages[peak].title(), t.Target, t.at(peak))
	if len(reasons) == 0 && len(stages) > 1 {
		met = fmt.Sprintf("%s met the objective at all %d stages; at %s: %s", t.Target, len(stages), p.Stages[peak].title(), t.at(peak))
	}
	return append(reasons, met)
}

// offeredTo returns the indices of the stages in which a target was offered hits.
func (p *Replay) offeredTo(t Trial) (stages []int) {
	for i, s := range t.Stages[:min(len(t.Stages), len(p.Stages))] {
		if s.Hits+s.Errors > 0 {
			stages = append(stages, i)
		}
	}
	return stages
}

// busiest returns the first of some stages with the highest offered rate, or -1.
func (p *Replay) busiest(stages []int) int {
	peak := -1
	for _, i := range stages {
		if peak < 0 || p.Stages[i].Offered > p.Stages[peak].Offered {
			peak = i
		}
	}
	return peak
}

// title returns the name of a stage with its rate.
func (s Stage) title() string {
	return fmt.Sprintf("%q (%s hits/s offered)", s.Name, unit.Plain(s.Offered))
}

// at describes the latency, errors and load of a target in a stage.
func (t Trial) at(stage int) string {
	s := t.Stages[stage]
	words := p95Words(s.Latency) + ", " + unit.Percent(ErrorShare(s.Hits, s.Errors)) + " errors"
	if t.Load.Known() {
		words += ", " + unit.Count(s.Load.RunnableMax, "task") + " runnable at most"
	}
	return words
}

// p95Words describes how long answers took: the p95, or the slowest answer if there are
// too few for a p95.
func p95Words(l Latency) string {
	switch {
	case l.P95.Known():
		return "p95 " + unit.Seconds(float64(l.P95))
	case l.Max.Known():
		return fmt.Sprintf("the slowest of %s took %s", unit.Count(l.Count, "answer"), unit.Seconds(float64(l.Max)))
	}
	return "no right answer"
}

// cpuReason compares the CPU time per right answer in the replay. Per request, a target
// that refuses half its visitors would look cheap.
func cpuReason(r *Result) []string {
	if r.Replay == nil {
		return nil
	}
	var words []string
	for _, t := range r.Replay.Trials {
		if t.Hits > 0 && t.Invalid == "" && t.Load.Known() {
			words = append(words, fmt.Sprintf("%s %s", t.Target, unit.Seconds(t.Load.CPU/float64(t.Hits))))
		}
	}
	if len(words) < 2 {
		return nil
	}
	return []string{"CPU per answer in the replay: " + strings.Join(words, ", ")}
}
