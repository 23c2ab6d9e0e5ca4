// Classifieds is the town's classifieds, served as a CGI program: started for
// each request, and done with it.
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/classibench/classibench/cgi"
	"github.com/classibench/classibench/internal/classifieds"
)

func main() {
	site := classifieds.New(classifieds.Flags(flag.CommandLine))
	if err := cgi.Serve(site); err != nil {
		fmt.Fprintln(os.Stderr, "classifieds:", err)
		os.Exit(1)
	}
}
