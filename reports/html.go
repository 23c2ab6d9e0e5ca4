package reports

import (
	"context"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/internal/unit"

	_ "embed"
	"io"
	"strconv"
	"strings"

	"github.com/a-h/templ"
)

//go:embed page.css
var stylesheet string

// HTML writes the report as one page that loads nothing: styles and plots stand
// in it.
func HTML(w io.Writer, r *result.Result) error {
	return page(newView(r)).Render(context.Background(), w)
}

// A view is a result as the page shows it.
type view struct {
	*result.Result
	Bars                         []bar
	Gains                        []result.Gain
	Headline                     []string
	Trusted                      []result.Gain // those that stand in the headline
	Capacity                     *table        // nil, like the others, if there is none
	Stages, Routes, Faults       *table
	GainPlot                     *Figure
	Plots                        []Figure // but the gain's
	Doubts                       []note   // about nothing that has a table
	CapacityMethod, ReplayMethod string
	Facts                        []fact
}

func newView(r *result.Result) view {
	v := view{Result: r, Bars: bars(r), Gains: gains(r), Doubts: otherDoubts(r), Facts: facts(r), GainPlot: gainFigure(r), Headline: sentences(r)}
	for _, g := range v.Gains {
		if r.GainInvalid(g.Candidate) == "" {
			v.Trusted = append(v.Trusted, g)
		}
	}
	for _, f := range figures(r) {
		if f.Name != "gain" {
			v.Plots = append(v.Plots, f)
		}
	}
	if r.Capacity != nil {
		t := capacityTable(r)
		v.Capacity, v.CapacityMethod = &t, capacityMethod(r)
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

// A bar is a target's throughput beside that of the others.
type bar struct {
	Name, Value, Times string
	Target             int
	Percent            float64 // of the longest
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
			b := bar{Name: t.Name, Value: unit.Number(x.RPS) + " hits/s", Target: i, Percent: 100 * max(0, x.RPS) / most}
			if g, ok := r.Capacity.GainOf(t.Name); ok {
				b.Times = unit.Times(g.Ratio)
			}
			all = append(all, b)
		}
	}
	return all
}

// barWidth is the CSS of a bar.
func barWidth(b bar) templ.SafeCSS {
	return templ.SafeCSS("width:" + strconv.FormatFloat(b.Percent, 'f', 2, 64) + "%")
}

// swatch is the CSS class of a target's colour.
func swatch(target int) string {
	if target < 0 {
		return "swatch none"
	}
	return "swatch " + targetInk(target).name
}

// drawn is a plot in both its sizes.
func drawn(f Figure) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error { return f.inline(w) })
}

// styles is the element that holds the stylesheet.
func styles() templ.Component {
	return templ.Raw("<style>\n" + pageCSS() + swatches() + stylesheet + "</style>")
}

func swatches() string {
	var b strings.Builder
	for _, k := range targetInks {
		b.WriteString("." + k.name + "{background:var(--" + k.name + ")}\n")
	}
	return b.String()
}

// class is the CSS class of a cell.
func (c cell) class(left bool) string {
	words := make([]string, 0, 3)
	if c.Number == "" {
		words = append(words, "empty")
	}
	if left {
		words = append(words, "words")
	}
	switch c.Tone {
	case bad:
		words = append(words, "bad")
	case good:
		words = append(words, "good")
	case quiet:
		words = append(words, "quiet")
	case strong:
		words = append(words, "strong")
	}
	return strings.Join(words, " ")
}

// noteID is the anchor of a note.
func noteID(id string, n int) string { return id + "-note-" + strconv.Itoa(n) }
