// Classifieds is the town's classifieds, served as a CGI program: started for
// each request, and done with it.
package main

import (
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"

	"github.com/classibench/classibench/cgi"
	"github.com/classibench/classibench/internal/classifieds"
)

func main() {
	site := classifieds.New(classifieds.Flags(flag.CommandLine))
	err := cgi.Serve(site)
	if os.Getenv("REQUEST_METHOD") == http.MethodPost {
		// Else the next process takes this for a crash, and SQLite reads all of its
		// write-ahead log again. Who only reads leaves nothing there.
		err = errors.Join(err, site.Close())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "classifieds:", err)
		os.Exit(1)
	}
}
