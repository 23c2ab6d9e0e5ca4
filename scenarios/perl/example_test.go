//go:build unix

package perl_test

import (
	"fmt"
	"io/fs"
	"log"

	"github.com/classibench/classibench/scenarios/perl"
)

func ExampleFiles() {
	names, err := fs.Glob(perl.Files(), "classifieds.*")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(names)
	// Output: [classifieds.cgi classifieds.fcgi classifieds.psgi]
}
