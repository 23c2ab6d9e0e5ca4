package traffic

import (
	"fmt"
	"maps"
	"net/http"
	"slices"

	"github.com/classibench/classibench/internal/unit"
	"github.com/classibench/classibench/reports/internal/table"
	"github.com/classibench/classibench/reports/internal/text"
	"github.com/classibench/classibench/scenarios/traffic/profile"
)

// mostRoutes bounds the table of routes.
const mostRoutes = 25

func routesTable(p *profile.Profile) table.Table {
	t := table.Table{
		Caption: "Routes",
		Columns: []table.Column{{Name: "requests"}, {Name: "share"}, {Name: "different", Detail: "targets", Spare: 1}, {Name: "Zipf", Detail: "exponent", Spare: 2}},
		Groups:  []table.Group{{}},
	}
	rest := profile.Route{Method: "others"}
	for i, r := range p.Routes {
		if i >= mostRoutes {
			rest.Hits, rest.Share, rest.Different = rest.Hits+r.Hits, rest.Share+r.Share, rest.Different+r.Different
			continue
		}
		t.Groups[0].Rows = append(t.Groups[0].Rows, routeRow(r.Method+" "+r.Pattern, r))
	}
	if rest.Hits > 0 {
		t.Groups[0].Rows = append(t.Groups[0].Rows, routeRow(unit.Count(len(p.Routes)-mostRoutes, "other route"), rest))
	}
	return t
}

func routeRow(name string, r profile.Route) table.Row {
	return table.Row{Head: text.Cut(text.Clean(name), 60), Target: -1, Cells: []table.Cell{
		{Number: unit.Whole(r.Hits)}, table.Quantity(unit.Percent(r.Share)), {Number: unit.Whole(r.Different)}, {Number: exponent(r.Zipf)},
	}}
}

// answersTable has the methods and the statuses.
func answersTable(p *profile.Profile) table.Table {
	t := table.Table{Caption: "Methods and answers", Columns: []table.Column{{Name: "requests"}, {Name: "share"}}, Groups: []table.Group{{Head: "methods"}, {Head: "statuses"}}}
	row := func(name string, n int) table.Row {
		return table.Row{Head: text.Clean(name), Target: -1, Cells: []table.Cell{{Number: unit.Whole(n)}, table.Quantity(unit.Percent(float64(n) / float64(p.Hits)))}}
	}
	for _, m := range slices.Sorted(maps.Keys(p.Methods)) {
		t.Groups[0].Rows = append(t.Groups[0].Rows, row(m, p.Methods[m]))
	}
	for _, s := range slices.Sorted(maps.Keys(p.Statuses)) {
		name := fmt.Sprintf("%d %s", s, http.StatusText(s))
		if s == 0 {
			name = "not known"
		}
		t.Groups[1].Rows = append(t.Groups[1].Rows, row(name, p.Statuses[s]))
	}
	return t
}
