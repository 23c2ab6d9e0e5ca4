package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
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
	kind        string
	slow        int

	dir     string // temporary
	pid     int    // of the program that was launched last
	running sync.WaitGroup
}

// enough is the share of answers that the client must get, all but one in 100 of them within
// soon.
const (
	enough = 0.99
	soon   = 2 * time.Second
)

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
	var slow visits
	var lines sync.WaitGroup
	for _, a := range append([]attack{none}, t.attacks...) {
		if !strings.Contains(a.name, s.kind) {
			continue
		}
		fmt.Fprintf(os.Stderr, "%s: %s\n", t.name, a.name)
		if a.large {
			for i := range s.slow {
				lines.Go(func() {
					time.Sleep(time.Duration(i) * 500 * time.Millisecond)
					slow.slowly(ctx, "http://"+addr+"/page")
				})
			}
		}
		v, err := s.during(ctx, a, "http://"+addr)
		if err != nil {
			return false, fmt.Errorf("%s: %w", a.name, err)
		}
		s.row(table, t.name, a.name, v)
		held = held && v.share() >= enough && v.quantile(.99) < soon
	}
	if lines.Wait(); slow.n > 0 {
		s.row(table, t.name, "(clients at 50 KB/s)", &slow)
	}
	return held && len(slow.took) == slow.n, ctx.Err()
}

func (s *study) row(table io.Writer, target, attack string, v *visits) {
	fmt.Fprintf(table, "%s\t%s\t%d\t%.1f%%\t%v\t%v\t%v\t%s\t\n", target, attack, v.n, 100*v.share(), v.quantile(.5), v.quantile(.99), v.quantile(1), memory(s.pid))
}

// none is no attack, for comparison.
var none = attack{name: "none", run: func(ctx context.Context, _ *study, _ string) error { <-ctx.Done(); return nil }}

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
