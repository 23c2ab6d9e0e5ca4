// Classifieds is a small town's classified ads as a CGI program: a web server
// starts it for each request.
package main

import (
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"

	"github.com/classibench/classibench/cgi"
	"github.com/classibench/classibench/internal/classifieds"
	"github.com/classibench/classibench/internal/classifieds/store"
)

func main() {
	site := classifieds.New(store.Open, classifieds.Flags(flag.CommandLine))
	err := cgi.Serve(site)
	if os.Getenv("REQUEST_METHOD") == http.MethodPost {
		// Without Close, the next process would detect a crash, and SQLite would
		// read all of its write-ahead log again. A process that only reads leaves
		// nothing in the log.
		err = errors.Join(err, site.Close())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "classifieds:", err)
		os.Exit(1)
	}
}
