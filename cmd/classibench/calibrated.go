package main

import (
	"crypto/sha256"
	"flag"
	"net/http"

	"github.com/spf13/cobra"

	"github.com/classibench/classibench/internal/classifieds"
	"github.com/classibench/classibench/internal/classifieds/store"
	"github.com/classibench/classibench/persistent"
)

// calibratedCommand serves the classifieds with additional work in each request, for gate
// --self-test.
func (p *program) calibratedCommand() *cobra.Command {
	var listen, db string
	var work int
	c := &cobra.Command{
		Use: "calibrated", Hidden: true, Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := loopbackOnly(listen, false); err != nil {
				return err
			}
			config := classifieds.Flags(flag.NewFlagSet("calibrated", flag.ContinueOnError))
			config.DB = db
			site := classifieds.New(store.Open, config)
			defer site.Close()
			if err := site.Start(); err != nil {
				return err
			}
			return (&persistent.Server{Addr: listen}).Serve(c.Context(), burdened(site, work))
		},
	}
	c.Flags().StringVar(&listen, "listen", persistent.DefaultAddr, "address to listen on")
	c.Flags().StringVar(&db, "db", "", "path of the data set")
	c.Flags().IntVar(&work, "work", 0, "how many hashes to compute for each request")
	return c
}

// burdened computes work + 1 hashes before each request. The first hash costs more than the
// others, since its code and data are cold, so a server without planted work computes it too:
// otherwise it would be an unplanned loss of about 1%. The burden is work, not time: on a
// busy machine it slows down as much as the request itself.
func burdened(h http.Handler, work int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sum := [sha256.Size]byte{}
		for range work + 1 {
			sum = sha256.Sum256(sum[:])
		}
		if sum[0] == 1 && sum[1] == 2 { // almost never; it keeps the compiler from removing the work
			w.Header().Set("X-Sum", "odd")
		}
		h.ServeHTTP(w, r)
	})
}
