// Postgres is the classifieds as a CGI program with its data in PostgreSQL: it connects
// for each request.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"

	"github.com/classibench/classibench/cgi"
	"github.com/classibench/classibench/internal/classifieds"
	"github.com/classibench/classibench/internal/classifieds/postgres"
)

func main() {
	site := classifieds.New(postgres.OpenOnce, classifieds.DatabaseFlags(flag.CommandLine))
	// Without Close, PostgreSQL would log each request as a lost connection.
	if err := errors.Join(cgi.Serve(site), site.Close()); err != nil {
		fmt.Fprintln(os.Stderr, "classifieds:", err)
		os.Exit(1)
	}
}
