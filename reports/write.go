package reports

import (
	"io"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/reports/internal/files"
)

// WriteDir writes a report into a directory: the result, the page, the summary, the Go
// benchmark format, and each plot as SVG and PNG. It creates the directory if necessary.
//
// The result is written first, since the other files can be drawn from it again. Files of
// an earlier report are replaced or removed, so that no file in the directory is about
// another run. Each file gets its name only when it is complete, so an error leaves no
// partial file.
func WriteDir(dir string, r *result.Result) error {
	return files.WriteReport(dir, r, FigureNames(), drawings(r))
}

func drawings(r *result.Result) []files.Drawing {
	all := []files.Drawing{
		{Name: files.Summary, Draw: func(w io.Writer) error { return Markdown(w, r) }},
		{Name: files.Benchfmt, Draw: func(w io.Writer) error { return Benchfmt(w, r) }},
		{Name: files.Page, Draw: func(w io.Writer) error { return HTML(w, r) }},
	}
	for _, f := range Figures(r) {
		all = append(all, files.Drawing{Name: f.Name + ".svg", Draw: f.SVG}, files.Drawing{Name: f.Name + ".png", Draw: f.PNG})
	}
	return all
}
