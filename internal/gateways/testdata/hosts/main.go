// Hosts compares our host for CGI with those of others: net/http/cgi, lighttpd, Apache
// with mod_cgi and with mod_cgid. All are up at once, each in a process of its own, with
// the same scripts; the same client asks them in turns (ABBA), in a closed loop.
//
//	go run ./internal/gateways/testdata/hosts -quads 20 -turn 500ms -clients 8
//
// It exits with status 1 where another host is faster, or where ours is not 5% ahead of
// net/http/cgi with a script that states its length, and with 3 where the intervals do
// not decide that.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"syscall"
	"time"
)

func main() {
	if len(os.Args) > 2 && os.Args[1] == serveRole {
		exit(serveRequested(os.Args[2], os.Args[3:]))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var s study
	flag.IntVar(&s.quads, "quads", 20, "`number` of quads of turns for each pair")
	flag.DurationVar(&s.turn, "turn", 500*time.Millisecond, "length of a turn")
	flag.IntVar(&s.clients, "clients", 8, "clients that ask at the same time")
	against := flag.String("against", "", "compare only with hosts whose name matches this `regexp`")
	flag.StringVar(&s.before, "before", "", "another build of this `program`, whose host is compared as \"before\"")
	programs := flag.String("programs", "", "only with programs whose name matches this `regexp`")
	flag.Parse()
	var err error
	if s.against, err = regexp.Compile(*against); err != nil {
		exit(fmt.Errorf("-against: %w", err))
	}
	if s.programs, err = regexp.Compile(*programs); err != nil {
		exit(fmt.Errorf("-programs: %w", err))
	}
	exit(s.run(ctx))
}

// errNo and errUndecided are the answers that are not yes.
var (
	errNo        = errors.New("ours is not ahead of all by what is wanted")
	errUndecided = errors.New("the intervals do not decide whether ours is ahead of all by what is wanted")
)

func exit(err error) {
	if err == nil {
		os.Exit(0)
	}
	fmt.Fprintln(os.Stderr, "hosts:", err)
	switch {
	case errors.Is(err, errNo):
		os.Exit(1)
	case errors.Is(err, errUndecided):
		os.Exit(3)
	}
	os.Exit(2)
}
