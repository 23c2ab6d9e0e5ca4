package bench

import (
	"fmt"
	"time"

	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/unit"
	"github.com/classibench/classibench/scenarios"
)

func objectiveOf(s *scenarios.Scenario) result.Objective {
	return result.Objective{P95: s.Objective.P95.Seconds(), Errors: s.Objective.Errors}
}

// newTrial summarizes a recording.
func newTrial(name string, rec *load.Recording, seen *readings, replay *result.Replay, p *Plan) *result.Trial {
	t := &result.Trial{
		Target: name, Hits: rec.Hits, Errors: rec.Errors, Faults: faults(rec.Faults),
		OfferedRPS: float64(rec.Hits+rec.Errors) / replay.Seconds,
		Latency:    result.SummaryWithHistogram(rec.Latency), Service: result.SummaryWithHistogram(rec.Service), SendLag: result.SummaryWithHistogram(rec.Lag),
		Connections: newConnections(rec.Connections),
		Load:        seen.load(0, seen.last()), Samples: seen.samples(), Series: series(rec.Seconds), Bins: bins(rec),
	}
	if rec.Last > 0 {
		t.AchievedRPS = float64(rec.Hits) / rec.Last.Seconds()
	}
	objective := objectiveOf(p.Scenario)
	for i, s := range replay.Stages {
		t.Stages = append(t.Stages, stageResult(s, rec.Stages[i], rec.Answered[i], seen, objective))
	}
	for i, route := range p.Scenario.Mix {
		g := rec.Routes[i]
		t.Routes = append(t.Routes, result.RouteResult{Route: route.Name, Hits: g.Hits, Errors: g.Errors, Latency: result.SummaryWithHistogram(g.Latency)})
	}
	t.Invalid = lags(rec)
	return t
}

func stageResult(s result.Stage, g load.Group, answered uint64, seen *readings, o result.Objective) result.StageResult {
	length := s.To - s.From
	return result.StageResult{
		Name: s.Name, OfferedRPS: float64(g.Hits+g.Errors) / length, AchievedRPS: float64(answered) / length,
		Hits: g.Hits, Errors: g.Errors, Latency: result.Summary(g.Latency), Load: seen.load(s.From, s.To),
		Meets: o.Met(g.Hits, g.Errors, g.Latency.Quantile(0.95).Seconds()),
	}
}

func faults(all map[load.Fault]load.ErrorCount) map[string]result.Fault {
	if len(all) == 0 {
		return nil
	}
	out := map[string]result.Fault{}
	for kind, b := range all {
		out[string(kind)] = result.Fault{Count: b.Count, Example: b.Example}
	}
	return out
}

func series(seconds []load.Second) []result.Point {
	points := make([]result.Point, len(seconds))
	for i, s := range seconds {
		points[i] = result.Point{
			At: float64(i), Due: s.Due, Done: s.Done, Errors: s.Errors,
			P50: result.Quantile(s.Answer, 0.5), P95: result.Quantile(s.Answer, 0.95), P99: result.Quantile(s.Answer, 0.99), Max: result.Longest(s.Answer),
		}
	}
	return points
}

// A hit that is sent late looks like one that was answered late. A short lag is noise; above
// mostLag the trial measures the generator.
const mostLag = 50 * time.Millisecond

// lags describes how the generator fell behind its own schedule; it returns "" if it did not.
// A single late hit is not enough, since it may have met a stall of the machine.
func lags(rec *load.Recording) string {
	hits := rec.Lag.Count()
	late := "one hit in a hundred was"
	tail := 0.01
	if hits < 200 {
		late, tail = fmt.Sprintf("2 of %s were", unit.Count(hits, "hit")), 1.5/float64(hits)
	}
	lag := rec.Lag.Quantile(max(0, 1-tail))
	if hits < 2 || lag <= mostLag {
		return ""
	}
	return fmt.Sprintf("the load generator fell behind: %s sent more than %s late%s", late, unit.Seconds(lag.Seconds()), unanswered(rec))
}

// unanswered returns the number of errors if most hits failed, which a headline about an
// invalid trial would not show.
func unanswered(rec *load.Recording) string {
	if rec.Errors <= rec.Hits {
		return ""
	}
	return fmt.Sprintf("; %d of %d hits failed", rec.Errors, rec.Hits+rec.Errors)
}
