// Package php carries three pages of the classifieds as a PHP script, and the configuration
// of PHP-FPM that runs the same script persistently.
package php

import (
	"embed"
	"io/fs"
)

//go:embed classifieds
var files embed.FS

// Files returns the program: classifieds.php and fpm.conf.
func Files() fs.FS {
	sub, err := fs.Sub(files, "classifieds")
	if err != nil {
		panic(err) // the name is a constant
	}
	return sub
}
