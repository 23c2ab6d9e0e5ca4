// Package perl carries the classifieds as a Perl CGI script of its era (CGI.pm, DBI,
// HTML::Template), with what runs that script unchanged in a persistent server:
// Apache's configuration, a PSGI application and a FastCGI loop.
package perl

import (
	"embed"
	"io/fs"
)

//go:embed classifieds
var files embed.FS

// Files returns the program: classifieds.cgi, its templates, and the files of the
// servers beside it. The script serves the stylesheet of the Go program from
// site.css, which has to be put beside it.
func Files() fs.FS {
	sub, err := fs.Sub(files, "classifieds")
	if err != nil {
		panic(err) // the name is a constant
	}
	return sub
}
