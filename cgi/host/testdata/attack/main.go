// Attack measures what a well-behaved client gets while others attack the gateways and
// the persistent server: slowhttptest in its four modes, answers of 30 MB that are never
// read, uploads, and sqlmap. Beside the attacks with large answers, honest clients on slow
// lines read pages of 5 MB at 50 KB/s.
//
//	go run ./cgi/host/testdata/attack -classibench ./classibench -server ./classifieds-server
//
// It exits with status 1 if, during an attack, the client got fewer than 99 in 100 answers,
// or one in 100 of them took two seconds, if a slow client did not get its whole page, or if
// sqlmap could inject SQL; with status 2 if a program is missing, or an attack ended at once.
// All traffic stays on the loopback interface.
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
	if len(os.Args) > 1 && os.Args[1] == "app" {
		os.Args = append(os.Args[:1], os.Args[2:]...)
		fmt.Fprintln(os.Stderr, serveApp())
		os.Exit(1)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var s study
	flag.StringVar(&s.classibench, "classibench", "classibench", "the `program` with the gateways")
	flag.StringVar(&s.server, "server", "classifieds-server", "the `program` persistent/classifieds")
	flag.DurationVar(&s.length, "length", 12*time.Second, "`time` of each attack")
	flag.StringVar(&s.only, "only", "", "`name` of the only target")
	flag.IntVar(&s.slow, "slow", 4, "`number` of clients on slow lines beside each attack with large answers")
	flag.StringVar(&s.kind, "attack", "", "`part` of the name of the only attack")
	flag.Parse()
	held, err := s.run(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, "attack:", err)
		os.Exit(2)
	}
	if !held {
		fmt.Fprintln(os.Stderr, "attack: the client was not served in each row: see the column \"served\"")
		os.Exit(1)
	}
}
