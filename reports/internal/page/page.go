// Package page is what stands around the content of every report page: head, styles and
// foot (Document, Footer), and the frame of a plot (Figure). A page loads nothing.
package page

import (
	"context"

	"github.com/classibench/classibench/reports/internal/chart"
	"github.com/classibench/classibench/reports/internal/palette"

	_ "embed"
	"io"

	"github.com/a-h/templ"
)

//go:embed page.css
var stylesheet string

// drawn is a plot in both its sizes.
func drawn(f chart.Figure) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error { return f.Inline(w) })
}

// styles are the elements that hold the stylesheet of all pages, and what a page has beside it.
func styles(css string) templ.Component {
	all := "<style>\n" + palette.PageCSS() + stylesheet + "</style>"
	if css != "" {
		all += "<style>" + css + "</style>"
	}
	return templ.Raw(all)
}
