// Classifieds is a small town's classified ads as a persistent server.
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/classibench/classibench/internal/classifieds"
	"github.com/classibench/classibench/internal/classifieds/store"
	"github.com/classibench/classibench/persistent"
)

func main() {
	site := classifieds.New(store.Open, classifieds.Flags(flag.CommandLine))
	if err := persistent.Serve(site); err != nil {
		fmt.Fprintln(os.Stderr, "classifieds:", err)
		os.Exit(1)
	}
}
