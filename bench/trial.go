package bench

import (
	"fmt"
	"time"

	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/scenarios"
)

// ends returns when each stage ends, since the replay began.
func ends(stages []scenarios.Stage) []time.Duration {
	var all []time.Duration
	end := time.Duration(0)
	for _, s := range stages {
		end += s.For
		all = append(all, end)
	}
	return all
}

func objectiveOf(s *scenarios.Scenario) Objective {
	return Objective{P95: s.Objective.P95.Seconds(), Errors: s.Objective.Errors}
}

// newTrial sums up what was recorded.
func newTrial(name string, rec *load.Recording, seen *readings, replay *Replay, p *Plan) *Trial {
	t := &Trial{
		Target: name, Hits: rec.Hits, Errors: rec.Errors, Faults: faults(rec.Faults),
		OfferedRPS: float64(rec.Hits+rec.Errors) / replay.Seconds,
		Latency:    whole(rec.Latency), Service: whole(rec.Service), SendLag: whole(rec.Lag),
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
		t.Routes = append(t.Routes, RouteResult{Route: route.Name, Hits: g.Hits, Errors: g.Errors, Latency: whole(g.Latency)})
	}
	t.Invalid = lags(rec)
	return t
}

func stageResult(s Stage, g load.Group, answered uint64, seen *readings, o Objective) StageResult {
	length := s.To - s.From
	return StageResult{
		Name: s.Name, OfferedRPS: float64(g.Hits+g.Errors) / length, AchievedRPS: float64(answered) / length,
		Hits: g.Hits, Errors: g.Errors, Latency: brief(g.Latency), Load: seen.load(s.From, s.To),
		Meets: o.met(g.Hits, g.Errors, g.Latency.Quantile(0.95).Seconds()),
	}
}

func faults(all map[load.Fault]load.Blame) map[string]Fault {
	if len(all) == 0 {
		return nil
	}
	out := map[string]Fault{}
	for kind, b := range all {
		out[string(kind)] = Fault{b.Count, b.Example}
	}
	return out
}

func series(seconds []load.Second) []Point {
	points := make([]Point, len(seconds))
	for i, s := range seconds {
		points[i] = Point{
			At: float64(i), Due: s.Due, Done: s.Done, Errors: s.Errors,
			P50: quantile(s.Answer, 0.5), P95: quantile(s.Answer, 0.95), P99: quantile(s.Answer, 0.99), Max: greatest(s.Answer),
		}
	}
	return points
}

// A hit that is sent late looks like one that was answered late. Lateness that
// nobody would notice is noise; above mostLag the generator is what is measured.
const mostLag = 50 * time.Millisecond

// lags says in what way the generator fell behind its own schedule, if it did.
func lags(rec *load.Recording) string {
	if lag := rec.Lag.Quantile(0.99); lag > mostLag {
		return fmt.Sprintf("the load generator fell behind: one hit in a hundred was sent more than %s late", seconds(Float(lag.Seconds())))
	}
	return ""
}
