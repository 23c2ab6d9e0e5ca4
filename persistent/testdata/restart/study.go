package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// A study has the settings, and the programs in a directory that is removed.
type study struct {
	restarts, rate, cgiRate, posts, perKill int
	pause                                   time.Duration
	dir                                     string
}

// A way is a server with a way to restart it.
type way struct {
	name  string
	rate  int
	start func(context.Context) (*server, error)
}

func (s *study) run(ctx context.Context) (right bool, err error) {
	if s.dir, err = os.MkdirTemp("", "restart-study-"); err != nil {
		return false, err
	}
	defer os.RemoveAll(s.dir)
	if err := s.build(ctx); err != nil {
		return false, err
	}
	right = true
	fmt.Printf("%d restarts each; half of the visitors keep their connections\n", s.restarts)
	fmt.Printf("%-52s %8s %8s %8s %6s %6s %9s\n", "server, restarted by", "hits/s", "answered", "refused", "reset", "other", "slowest")
	for _, w := range s.ways() {
		t, err := s.restart(ctx, w)
		if err != nil {
			return false, fmt.Errorf("%s: %w", w.name, err)
		}
		fmt.Printf("%-52s %8d %8d %8d %6d %6d %9v\n", w.name, w.rate, t.answered, t.refused, t.reset, t.other, t.slowest.Round(time.Millisecond))
		right = right && t.refused+t.reset+t.other == 0
	}
	kept, err := s.kill(ctx)
	return right && kept, err
}

func (s *study) path(name string) string { return filepath.Join(s.dir, name) }

// build builds the programs, and makes the data set.
func (s *study) build(ctx context.Context) error {
	for name, pkg := range map[string]string{"classibench": "./cmd/classibench", "server": "./persistent/classifieds", "script": "./cgi/classifieds"} {
		if out, err := exec.CommandContext(ctx, "go", "build", "-o", s.path(name), pkg).CombinedOutput(); err != nil {
			return fmt.Errorf("go build %s: %w\n%s", pkg, err, out)
		}
	}
	out, err := exec.CommandContext(ctx, s.path("classibench"), "initdb", "--ads", "2000", s.path("ads.db")).CombinedOutput()
	if err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	return nil
}

// ways are the servers, each with the ways to restart it: SIGUSR2, or an end by SIGTERM
// and a new start on a socket that stays open, as systemd does with a socket unit.
func (s *study) ways() []way {
	db := []string{"CLASSIFIEDS_DB=" + s.path("ads.db")}
	http, fast := s.server(), s.server()
	fast.args = append(fast.args, "-fastcgi")
	cgi := command{args: []string{s.path("classibench"), "serve", "cgi", "--env", db[0]}, listen: "--listen", pidFlag: "--pidfile", last: []string{s.path("script")}}
	gateway := func(backend string) command {
		return command{args: []string{s.path("classibench"), "serve", "fastcgi"}, listen: "--listen", pidFlag: "--pidfile", last: []string{backend}}
	}
	return []way{
		{"the classifieds, SIGUSR2", s.rate, s.alone(http, false)},
		{"the classifieds, systemd socket", s.rate, s.alone(http, true)},
		{"FastCGI behind serve fastcgi, SIGUSR2", s.rate, s.pair(fast, gateway, false, false)},
		{"FastCGI behind serve fastcgi, systemd socket", s.rate, s.pair(fast, gateway, false, true)},
		{"serve fastcgi before FastCGI, SIGUSR2", s.rate, s.pair(fast, gateway, true, false)},
		{"serve fastcgi before FastCGI, systemd socket", s.rate, s.pair(fast, gateway, true, true)},
		{"serve cgi, SIGUSR2", s.cgiRate, s.alone(cgi, false)},
		{"serve cgi, systemd socket", s.cgiRate, s.alone(cgi, true)},
	}
}

func (s *study) alone(c command, held bool) func(context.Context) (*server, error) {
	return func(ctx context.Context) (*server, error) { return s.start(ctx, c, held) }
}

// pair starts a FastCGI program and a gateway. One of them is restarted later.
func (s *study) pair(program command, gateway func(string) command, front, held bool) func(context.Context) (*server, error) {
	return func(ctx context.Context) (*server, error) {
		back, err := s.start(ctx, program, held && !front)
		if err != nil {
			return nil, err
		}
		f, err := s.start(ctx, gateway(back.addr), held && front)
		if err != nil {
			back.end()
			return nil, err
		}
		if front {
			f.beside = back
			return f, nil
		}
		back.beside, back.visited = f, f.addr
		return back, nil
	}
}

// restart offers requests to a server while it is restarted.
func (s *study) restart(ctx context.Context, w way) (*tally, error) {
	srv, err := w.start(ctx)
	if err != nil {
		return nil, err
	}
	defer srv.end()
	offering, stop := context.WithCancel(ctx)
	defer stop()
	t := &tally{}
	offered := make(chan bool)
	go func() {
		defer close(offered)
		t.offer(offering, srv.visited, w.rate)
	}()
	for i := 0; i < s.restarts && err == nil; i++ {
		if err = sleep(ctx, s.pause); err == nil {
			err = srv.restart(ctx)
		}
	}
	if err == nil {
		err = sleep(ctx, s.pause)
	}
	stop()
	<-offered
	return t, err
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
