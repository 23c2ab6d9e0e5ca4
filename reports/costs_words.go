package reports

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/unit"
	"github.com/classibench/classibench/reports/internal/facts"
	"github.com/classibench/classibench/reports/internal/table"
)

// costsMethod is a sentence about how costs were measured, and what they amount to.
func costsMethod(r *result.Result) string {
	sentences := []string{fmt.Sprintf("CPU time of a request when one user sends the mix, %s in which all took turns; answer is the time until it came.", costRounds(r))}
	for _, t := range r.Targets {
		c := r.Costs[t.Name]
		if c.Program != "" {
			sentences = append(sentences, fmt.Sprintf("The runtime of %s is what %s costs beyond the smallest process.", t.Name, c.Program))
		}
		if c.WorkOf != "" {
			sentences = append(sentences, fmt.Sprintf("The work of %s is what %s pays for a request.", t.Name, c.WorkOf))
		}
	}
	sentences = append(append(sentences, costsSentence(r)...), storySentence(r)...)
	return strings.Join(sentences, " ")
}

func costRounds(r *result.Result) string {
	most := 0
	for _, c := range r.Costs {
		most = max(most, len(c.Measured.Target))
	}
	return "in " + unit.Count(most, "round")
}

// costsSentence is why there is a gain: the share of the baseline's time that no other target
// spends.
func costsSentence(r *result.Result) []string {
	c := r.Costs[r.Baseline()]
	if c.Total == nil || c.Work == nil || c.WorkOf == "" || !(c.Total.CPUSeconds > 0) || slices.Contains(c.Work.With, result.PartStartup) {
		return nil
	}
	before := 0.0
	for _, p := range []*result.Cost{c.Process, c.Runtime, c.Startup} {
		if p != nil {
			before += p.CPUSeconds
		}
	}
	return []string{fmt.Sprintf("%s spends %s of its time before the work begins.", r.Baseline(), unit.Percent(before/c.Total.CPUSeconds))}
}

// storySentence is how much work a request needs for the gain of the story.
func storySentence(r *result.Result) []string {
	m, ok := r.CostModel()
	if !ok {
		return nil
	}
	work, ok := m.WorkFor(result.StoryGain)
	if !ok {
		return nil
	}
	return []string{fmt.Sprintf("On this machine a program gains %s when its requests take about %s of work.", unit.Plain(result.StoryGain)+"×", unit.Seconds(work))}
}

// costNotes are the warnings about costs, and why parts are missing.
func costNotes(r *result.Result) (all table.Notes) {
	all = warningsAbout(r, result.AboutCosts)
	for i, t := range r.Targets {
		missing := r.Costs[t.Name].Missing
		for _, part := range slices.Sorted(maps.Keys(missing)) {
			switch part {
			case result.PartGateway: // the table shows where it is
			case result.PartTotal:
				all = append(all, facts.NoteOn(r, i, "the CPU time of a request is not known: "+missing[part]))
			default:
				all = append(all, facts.NoteOn(r, i, fmt.Sprintf("the %s is not known by itself: %s", partWords[part], missing[part])))
			}
		}
	}
	return all
}
