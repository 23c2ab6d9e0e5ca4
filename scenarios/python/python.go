// Package python carries three pages of the classifieds as a Python program that is a CGI
// script and a WSGI application.
package python

import (
	"embed"
	"io/fs"
)

//go:embed classifieds
var files embed.FS

// Files returns the program: classifieds.py, which must be made executable to run as a CGI script.
func Files() fs.FS {
	sub, err := fs.Sub(files, "classifieds")
	if err != nil {
		panic(err) // the name is a constant
	}
	return sub
}
