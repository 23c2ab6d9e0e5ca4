package reports

import (
	"context"
	"io"
	"strconv"

	"github.com/a-h/templ"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/unit"
	"github.com/classibench/classibench/reports/internal/chart"
	"github.com/classibench/classibench/reports/internal/facts"
	"github.com/classibench/classibench/reports/internal/table"
)

// HTML writes the report as one page that contains its styles and plots and loads nothing.
func HTML(w io.Writer, r *result.Result) error {
	return document(newView(r)).Render(context.Background(), w)
}

// A view holds the parts of the page.
type view struct {
	*result.Result
	Bars                         []bar
	Gains                        []result.Gain
	Headline                     []string
	Trusted                      []result.Gain // the gains in the headline
	Capacity                     *table.Table  // nil, like the others, if there is none
	Costs                        *table.Table  // of a request
	Stacks                       []stack
	WorkPlot                     *chart.Figure
	Limits, Trials               *table.Table // of the search for limits
	LimitsPlot                   *chart.Figure
	LimitsMethod                 string
	Stages, Routes, Faults       *table.Table
	GainPlot                     *chart.Figure
	Plots                        []chart.Figure // but those of the gain and of the database
	Warnings                     table.Notes    // about nothing that has a table
	CapacityMethod, ReplayMethod string
	CostsMethod                  string
	Database                     *table.Table
	DatabaseMethod               string
	DatabasePlots                []chart.Figure
	Facts                        table.Facts
}

func newView(r *result.Result) view {
	v := view{Result: r, Bars: bars(r), Gains: gains(r), Warnings: otherWarnings(r), Facts: facts.Of(r), GainPlot: gainFigure(r), Headline: sentences(r)}
	for _, g := range v.Gains {
		if r.GainInvalid(g.Candidate) == "" {
			v.Trusted = append(v.Trusted, g)
		}
	}
	for _, f := range Figures(r) {
		switch {
		case isOfDatabase(f.Name):
			v.DatabasePlots = append(v.DatabasePlots, f)
		case f.Name != "gain" && f.Name != "gain-work" && f.Name != "limits":
			v.Plots = append(v.Plots, f)
		}
	}
	if r.Capacity != nil {
		t := capacityTable(r)
		v.Capacity, v.CapacityMethod = &t, capacityMethod(r)
	}
	if costed(r) {
		t := costsTable(r)
		v.Costs, v.CostsMethod, v.Stacks, v.WorkPlot = &t, costsMethod(r), stacks(r), workFigure(r)
	}
	if databased(r) {
		t := databaseTable(r)
		v.Database, v.DatabaseMethod = &t, databaseMethod(r)
	}
	if len(r.Limits) > 0 {
		limits, trials := limitsTable(r), trialsTable(r)
		v.Limits, v.Trials, v.LimitsMethod, v.LimitsPlot = &limits, &trials, limitsMethod(r), limitsFigure(r)
	}
	if replayed(r) {
		stages, routes, faults := stagesTable(r), routesTable(r), faultsTable(r)
		v.Stages, v.Routes, v.ReplayMethod = &stages, &routes, replayMethod(r)
		if len(faults.Groups) > 0 {
			v.Faults = &faults
		}
	}
	return v
}

// A bar is the throughput of a target in the bar chart.
type bar struct {
	Name, Value string
	Target      int
	Percent     float64 // of the longest
}

func bars(r *result.Result) []bar {
	if r.Capacity == nil {
		return nil
	}
	most := 0.0
	for _, x := range r.Capacity.Throughput {
		most = max(most, x.RPS)
	}
	var all []bar
	for i, t := range r.Targets {
		if x, ok := r.Capacity.Throughput[t.Name]; ok && most > 0 {
			all = append(all, bar{Name: t.Name, Value: unit.Number(x.RPS) + " hits/s", Target: i, Percent: 100 * max(0, x.RPS) / most})
		}
	}
	return all
}

// barWidth returns the CSS of a bar.
func barWidth(b bar) templ.SafeCSS {
	return templ.SafeCSS("width:" + strconv.FormatFloat(b.Percent, 'f', 2, 64) + "%")
}
