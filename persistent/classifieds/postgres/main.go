// Postgres is the classifieds as a persistent server with its data in PostgreSQL: it keeps
// a pool of connections.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"

	"github.com/classibench/classibench/internal/classifieds"
	"github.com/classibench/classibench/internal/classifieds/limits"
	"github.com/classibench/classibench/internal/classifieds/postgres"
	"github.com/classibench/classibench/persistent"
)

func main() {
	site := classifieds.New(postgres.Open, classifieds.DatabaseFlags(flag.CommandLine))
	err := persistent.Serve(limits.Wrap(site, limits.Flags(flag.CommandLine)))
	if err := errors.Join(err, site.Close()); err != nil {
		fmt.Fprintln(os.Stderr, "classifieds:", err)
		os.Exit(1)
	}
}
