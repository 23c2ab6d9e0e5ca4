package result

import (
	"fmt"
	"math"

	"github.com/classibench/classibench/bench/stats"
	"github.com/classibench/classibench/internal/unit"
)

// Consistent checks that the conclusions of a result follow from its measurements: the
// gain from the quads, the stages that met the objective from their latencies, and that
// the gate's limits are possible. The error names the contradiction: the file was
// edited, or another version computed it differently.
func Consistent(r *Result) error {
	if r.Gate != nil && len(r.Gate.Sessions) > 0 {
		if _, err := r.Gate.Rule(); err != nil {
			return fmt.Errorf("its gate: %w", err)
		}
	}
	if r.Capacity != nil && r.Capacity.Gain != nil {
		if err := r.Capacity.consistent(*r.Capacity.Gain); err != nil {
			return err
		}
	}
	if r.Replay == nil {
		return nil
	}
	for _, t := range r.Replay.Trials {
		for _, s := range t.Stages {
			if err := r.Scenario.Objective.consistent(s, t.Target); err != nil {
				return err
			}
		}
	}
	for _, d := range r.Replay.Doubled {
		if err := r.Scenario.Objective.consistent(d.Result, d.Target); err != nil {
			return err
		}
	}
	return nil
}

// consistent looks whether a stage meets the objective, where it says so.
func (o Objective) consistent(s StageResult, target string) error {
	if p95 := float64(s.Latency.P95); s.Latency.P95.Known() && s.Meets != o.Met(s.Hits, s.Errors, p95) {
		return fmt.Errorf("its stage %q contradicts itself: p95 and errors of %s do not agree with whether it met the objective", s.Name, target)
	}
	return nil
}

// consistent checks that a gain follows from its quads.
func (c *Capacity) consistent(g Gain) error {
	quads := c.quadsOf(g.Candidate)
	if len(quads) != g.Quads {
		return fmt.Errorf("its gain is of %d quads, but the file holds %d", g.Quads, len(quads))
	}
	if e := stats.EstimateSessions(SeriesOf(quads), g.Level); math.Abs(g.Ratio-e.Ratio()) > 1e-6*e.Ratio() {
		return fmt.Errorf("its gain is %s, but its quads give %s", unit.Times(g.Ratio), unit.Times(e.Ratio()))
	}
	return nil
}

// Again estimates a gain of an earlier result from its quads with this version, since the
// estimate of the interval may have changed.
func (c *Capacity) Again(g Gain) Gain {
	quads := c.quadsOf(g.Candidate)
	return NewGain(g.Baseline, g.Candidate, stats.EstimateSessions(SeriesOf(quads), g.Level), len(quads))
}

// quadsOf returns the complete quads of a candidate.
func (c *Capacity) quadsOf(candidate string) []Quad {
	var quads []Quad
	for _, q := range c.Quads {
		if q.Candidate == candidate && len(q.Blocks) == 4 {
			quads = append(quads, q)
		}
	}
	return quads
}

// Met reports whether so many hits and errors, with a p95 in seconds, meet the
// objective.
func (o Objective) Met(hits, errors uint64, p95 float64) bool {
	return hits > 0 && p95 <= o.P95 && ErrorShare(hits, errors) <= o.Errors
}
