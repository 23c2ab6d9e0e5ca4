// Package page writes the parts that all report pages share: head, styles and footer
// (Document, Footer), and the frame of a plot (Figure). A page loads no other files.
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

// drawn writes a plot in both sizes.
func drawn(f chart.Figure) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error { return f.Inline(w) })
}

// styles writes the stylesheet of all pages, and the additional one of a page.
func styles(css string) templ.Component {
	all := "<style>\n" + palette.PageCSS() + stylesheet + "</style>"
	if css != "" {
		all += "<style>" + css + "</style>"
	}
	return templ.Raw(all)
}
