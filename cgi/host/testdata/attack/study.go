package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"text/tabwriter"
	"time"
)

// A study attacks all targets.
type study struct {
	classibench string
	server      string
	length      time.Duration
	only        string

	dir     string // temporary
	pid     int    // of the program that was launched last
	running sync.WaitGroup
}

// enough is the share of answers that the client must get.
const enough = 0.99

// run prints a table, and reports whether the client was served throughout.
func (s *study) run(ctx context.Context) (held bool, err error) {
	for _, name := range []string{"slowhttptest", "sqlmap"} {
		if _, err := exec.LookPath(name); err != nil {
			return false, fmt.Errorf("%w: install the package %s", err, name)
		}
	}
	if s.dir, err = os.MkdirTemp("", "attack-"); err != nil {
		return false, err
	}
	defer os.RemoveAll(s.dir)
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "target\tattack\trequests\tanswered\tp50\tp99\tmax\tmemory of server\t")
	held = true
	for _, t := range targets {
		if s.only != "" && t.name != s.only {
			continue
		}
		served, err := s.attack(ctx, t, table)
		if err != nil {
			return false, fmt.Errorf("%s: %w", t.name, err)
		}
		held = held && served
	}
	return held, table.Flush()
}

// attack starts a target, and prints a row for each attack on it.
func (s *study) attack(ctx context.Context, t *target, table *tabwriter.Writer) (held bool, err error) {
	ctx, stop := context.WithCancel(ctx)
	defer s.running.Wait()
	defer stop()
	addr, err := freeAddr()
	if err != nil {
		return false, err
	}
	if err := errors.Join(t.start(ctx, s, addr), await(ctx, addr)); err != nil {
		return false, err
	}
	held = true
	for _, a := range append([]attack{none}, t.attacks...) {
		fmt.Fprintf(os.Stderr, "%s: %s\n", t.name, a.name)
		v, err := s.during(ctx, a, "http://"+addr)
		if err != nil {
			return false, fmt.Errorf("%s: %w", a.name, err)
		}
		fmt.Fprintf(table, "%s\t%s\t%d\t%.1f%%\t%v\t%v\t%v\t%s\t\n", t.name, a.name, v.n, 100*v.share(), v.quantile(.5), v.quantile(.99), v.quantile(1), memory(s.pid))
		held = held && v.share() >= enough
	}
	return held, ctx.Err()
}

// none is no attack, for comparison.
var none = attack{"none", func(ctx context.Context, _ *study, _ string) error { <-ctx.Done(); return nil }}

// during runs an attack while the client is served.
func (s *study) during(ctx context.Context, a attack, url string) (*visits, error) {
	ctx, stop := context.WithTimeout(ctx, s.length)
	defer stop()
	over := make(chan error, 1)
	go func() { over <- a.run(ctx, s, url) }()
	v := &visits{}
	err := v.until(over, url+"/")
	return v, err
}

// command runs a program that ends with ctx.
func (s *study) command(ctx context.Context, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), "HOME="+s.dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	return cmd.Run()
}

// memory returns the resident memory of a process, as /proc shows it.
func memory(pid int) string {
	b, err := os.ReadFile(filepath.Join("/proc", fmt.Sprint(pid), "statm"))
	var total, resident int64
	if _, e := fmt.Sscan(string(b), &total, &resident); err != nil || e != nil {
		return "?"
	}
	return fmt.Sprintf("%d MB", resident*int64(os.Getpagesize())/1e6)
}
