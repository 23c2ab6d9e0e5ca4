package traffic

import (
	"io"

	"github.com/classibench/classibench/reports/internal/text"
	"github.com/classibench/classibench/scenarios/traffic/profile"
)

// Options are what the terminal can show. The zero value suits a pipe.
type Options = text.Options

// Text writes what is in traffic, in lines of at most the width of the options.
func Text(w io.Writer, p *profile.Profile, o Options) error {
	out := text.NewPrinter(w, o)
	out.Paragraph(text.Bold, "", headline(p)+".")
	for _, s := range sentences(p) {
		out.Paragraph("", "  - ", s)
	}
	out.Line("")
	routesTable(p).Text(out)
	out.Line("")
	answersTable(p).Text(out)
	out.Line("")
	out.Paragraph(text.Dim, "", method)
	return out.Flush()
}
