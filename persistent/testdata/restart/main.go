// Restart restarts servers while visitors send requests, and counts the requests that
// were refused, reset or lost. Its servers are the classifieds, over HTTP and FastCGI,
// and the gateways "classibench serve cgi" and "serve fastcgi".
//
//	go run ./persistent/testdata/restart -restarts 20 -rate 1000 -posts 10000
//
// Then it posts ads while the server is killed by SIGKILL again and again, on a socket
// that another process keeps open, and looks for each ad that was acknowledged.
//
// It exits with status 1 if a request was refused, reset or lost.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	var s study
	flag.IntVar(&s.restarts, "restarts", 20, "number of restarts of each server")
	flag.IntVar(&s.rate, "rate", 1000, "requests a second to the servers")
	flag.IntVar(&s.cgiRate, "cgirate", 20, "requests a second to CGI, which starts a process for each")
	flag.DurationVar(&s.pause, "pause", 500*time.Millisecond, "`time` between two restarts")
	flag.IntVar(&s.posts, "posts", 10_000, "number of acknowledged posts")
	flag.IntVar(&s.perKill, "perkill", 200, "number of posts between two kills")
	flag.Parse()
	right, err := s.run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "restart:", err)
		os.Exit(2)
	}
	if !right {
		os.Exit(1)
	}
}
