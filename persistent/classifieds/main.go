// Classifieds is a small town's classified ads as a persistent server.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"

	"github.com/classibench/classibench/internal/classifieds"
	"github.com/classibench/classibench/internal/classifieds/limits"
	"github.com/classibench/classibench/internal/classifieds/store"
	"github.com/classibench/classibench/persistent"
)

func main() {
	site := classifieds.New(store.Open, classifieds.Flags(flag.CommandLine))
	err := persistent.Serve(limits.Wrap(site, limits.Flags(flag.CommandLine)))
	// Close empties SQLite's write-ahead log into the data set.
	if err := errors.Join(err, site.Close()); err != nil {
		fmt.Fprintln(os.Stderr, "classifieds:", err)
		os.Exit(1)
	}
}
