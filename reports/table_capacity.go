package reports

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/unit"
	"github.com/classibench/classibench/reports/internal/facts"
	"github.com/classibench/classibench/reports/internal/table"
)

// capacityTable shows the throughput of each target under full load.
func capacityTable(r *result.Result) table.Table {
	t := table.Table{
		Caption: "Throughput of each target under full load",
		Columns: []table.Column{
			{Name: "carried", Detail: "hits/s", Title: "right answers a second over all blocks"},
			{Name: "gain", Title: "times the throughput of " + r.Baseline()},
			{Name: "interval", Detail: levelOf(r), Title: "confidence interval of the gain"},
			{Name: "errors", Spare: 3},
			{Name: "p50", Title: "median service time"},
			{Name: "p90", Title: "90th percentile of the service time", Spare: 8},
			{Name: "p95", Title: "95th percentile of the service time", Spare: 2},
			{Name: "p99", Title: "99th percentile of the service time", Spare: 6},
			{Name: "max", Title: "longest service time", Spare: 7},
			{Name: "CPU", Detail: "per hit", Title: "CPU time of the target's process tree per right answer", Spare: 1},
		},
	}
	g := table.Group{}
	for i, target := range r.Targets {
		if x, ok := r.Capacity.Throughput[target.Name]; ok {
			g.Rows = append(g.Rows, capacityRow(r, i, x))
		}
	}
	t.Groups = []table.Group{g}
	t.Attach(warningsAbout(r, "capacity"))
	return t.WithoutEmpty()
}

func capacityRow(r *result.Result, i int, x result.Throughput) table.Row {
	name := r.Targets[i].Name
	gain, interval := table.Cell{Number: unit.Unknown, Tone: table.Quiet}, table.Cell{Number: unit.Unknown, Tone: table.Quiet}
	if g, ok := r.Capacity.GainOf(name); ok {
		gain, interval = table.Cell{Number: unit.Times(g.Ratio), Tone: table.Strong}, table.Cell{Number: between(g)}
		if r.GainInvalid(name) != "" {
			gain.Tone, interval.Tone = table.Quiet, table.Quiet
		}
	} else if i == 0 && r.Capacity.Gain != nil {
		gain, interval = table.Cell{Number: "1×", Tone: table.Quiet}, table.Cell{Tone: table.Quiet}
	}
	cells := []table.Cell{{Number: unit.Number(x.RPS)}, gain, interval, errorCell(x.Hits, x.Errors, result.MaxErrors)}
	cells = append(cells, latencyCells(x.Latency, math.Inf(1))...)
	cells = append(cells, timeCell(cpuPerHit(r.Capacity.Quads, name)))
	return table.Row{Head: name, Target: i, Cells: cells}
}

// between formats the interval of a gain.
func between(g result.Gain) string {
	if !g.Bounded() {
		return unit.Unknown
	}
	return unit.Times(g.Low) + " to " + unit.Times(g.High)
}

// intervalWords formats the interval for a sentence, where a dash is unclear.
func intervalWords(g result.Gain) string {
	if !g.Bounded() {
		return "unknown from so few quads"
	}
	return between(g)
}

// gains returns the gains of all candidates, in the order of the targets.
func gains(r *result.Result) []result.Gain {
	var all []result.Gain
	if r.Capacity == nil {
		return nil
	}
	for _, t := range r.Targets[min(1, len(r.Targets)):] {
		if g, ok := r.Capacity.GainOf(t.Name); ok {
			all = append(all, g)
		}
	}
	return all
}

func levelOf(r *result.Result) string {
	if g := gains(r); len(g) > 0 {
		return unit.Percent(g[0].Level)
	}
	return ""
}

// cpuPerHit returns the CPU time per right answer over all blocks, in seconds.
func cpuPerHit(quads []result.Quad, target string) float64 {
	sum := result.Totals(quads)[target]
	if sum.CPU == 0 || sum.Hits == 0 {
		return math.NaN()
	}
	return sum.CPU / float64(sum.Hits)
}

// capacityMethod describes in a sentence how capacity was measured.
func capacityMethod(r *result.Result) string {
	c := r.Capacity
	text := fmt.Sprintf("%s without pause, in turns of %s", unit.Count(c.Users, "user"), unit.Span(c.BlockSeconds))
	if len(r.Targets) < 2 {
		return text + ", in " + unit.Duration(c.Seconds) + "."
	}
	text += " (baseline, candidate, candidate, baseline): " + quadWords(r)
	if c.Sessions < 1 { // written by an earlier version
		return text + " in " + unit.Duration(c.Seconds) + "."
	}
	return text + fmt.Sprintf(" in %s and %s, spread over the run; all targets were restarted before each session.", unit.Count(c.Sessions, "session"), unit.Duration(c.Seconds))
}

// quadWords describes the number of quads of each candidate, which the fine print of its
// gain also gives.
func quadWords(r *result.Result) string {
	counts := quadCounts(r)
	text, fewest, most := "", slices.Min(counts), slices.Max(counts)
	if fewest < most {
		text = strconv.Itoa(fewest) + " to "
	}
	text += unit.Count(most, "quad")
	if long := quadSeconds(r.Capacity.Quads); long > 0 {
		text += " of " + unit.Number(long) + " s"
	}
	if len(counts) > 1 {
		text += " for each candidate"
	}
	return text
}

// quadCounts returns the numbers of quads of the candidates.
func quadCounts(r *result.Result) []int {
	counts := make([]int, len(r.Targets)-1)
	if len(counts) == 1 {
		return []int{len(r.Capacity.Quads)} // the quads of old results do not name their candidate
	}
	for _, q := range r.Capacity.Quads {
		if i := facts.Index(r, q.Candidate); i > 0 {
			counts[i-1]++
		}
	}
	return counts
}

// quadSeconds returns the total length of the turns of a quad, on average.
func quadSeconds(quads []result.Quad) float64 {
	sum := 0.0
	for _, total := range result.Totals(quads) {
		sum += total.Seconds
	}
	return sum / float64(max(1, len(quads)))
}

// gainFacts returns the fine print of a gain.
func gainFacts(g result.Gain) table.Facts {
	sample := unit.Count(g.Quads, "quad") + " in " + unit.Count(g.Sessions, "session")
	ranks := "too few sessions"
	if g.Wilcoxon[0].Known() && g.Wilcoxon[1].Known() {
		ranks = unit.Times(float64(g.Wilcoxon[0])) + " to " + unit.Times(float64(g.Wilcoxon[1]))
	}
	return table.Facts{
		{Term: "Estimate", Text: unit.Times(g.Ratio) + " (geometric mean of the quads)"},
		{Term: unit.Percent(g.Level) + " interval", Text: intervalWords(g) + " (Student's t, " + unit.Fixed(float64(g.DF), 1) + " degrees of freedom)"},
		{Term: "Signed ranks", Text: ranks + " (Wilcoxon, exact)"},
		{Term: "Sample", Text: sample},
		{Term: "Drift", Text: unit.Percent(g.Drift) + " of the variance between sessions is not explained by the variance within them"},
		{Term: "Autocorrelation", Text: unit.Fixed(g.ACF1, 2) + " between neighbouring quads"},
		{Term: "MDE", Text: unit.Percent(g.MDE) + ", the minimum detectable effect with 80% power"},
	}
}

// gainPrint returns the fine print in a sentence.
func gainPrint(g result.Gain) string {
	var parts []string
	for _, f := range gainFacts(g) {
		parts = append(parts, lowered(f.Term)+" "+f.Text)
	}
	return "The gain of " + g.Candidate + ": " + strings.Join(parts, "; ") + "."
}

// lowered begins a term with a small letter, unless it is an abbreviation.
func lowered(term string) string {
	if term == strings.ToUpper(term) {
		return term
	}
	return strings.ToLower(term[:1]) + term[1:]
}
