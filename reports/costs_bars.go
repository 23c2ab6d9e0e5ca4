package reports

import (
	"strconv"

	"github.com/a-h/templ"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/unit"
	"github.com/classibench/classibench/reports/internal/palette"
)

// A stack is the CPU time of a request of one target, part by part, on an axis that all
// targets share.
type stack struct {
	Name, Value string
	Parts       []slice
}

// A slice is one part of a stack.
type slice struct {
	Text, Ink string
	Percent   float64 // of the longest stack
}

// partInks are the colours of parts: those of targets, in an order of their own.
var partInks = map[string]int{result.PartGateway: 5, result.PartProcess: 3, result.PartRuntime: 4, result.PartStartup: 0, result.PartWork: 1}

func partInk(part string) string { return palette.Target(partInks[part]).Name }

// stacks are those of all targets whose CPU time is known.
func stacks(r *result.Result) (all []stack) {
	most := 0.0
	for _, t := range r.Targets {
		if c := r.Costs[t.Name].Total; c != nil {
			most = max(most, c.CPUSeconds)
		}
	}
	for _, t := range r.Targets {
		c := r.Costs[t.Name]
		if c.Total == nil || !(most > 0) {
			continue
		}
		s := stack{Name: t.Name, Value: unit.Seconds(c.Total.CPUSeconds)}
		for _, part := range result.Parts() {
			if p := c.Part(part); p != nil && p.CPUSeconds > 0 {
				s.Parts = append(s.Parts, slice{
					Text: partWords[part] + ": " + unit.Seconds(p.CPUSeconds), Ink: partInk(part), Percent: 100 * min(1, p.CPUSeconds/most),
				})
			}
		}
		all = append(all, s)
	}
	return all
}

// sliceWidth is the CSS of a slice.
func sliceWidth(s slice) templ.SafeCSS {
	return templ.SafeCSS("width:" + strconv.FormatFloat(s.Percent, 'f', 2, 64) + "%")
}
