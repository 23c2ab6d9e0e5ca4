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
	held = true
	for _, t := range targets {
		if s.only != "" && t.name != s.only {
			continue
		}
		table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
		fmt.Fprintln(table, "target\tattack\trequests\tanswered\tp50\tp99\tmax\tmemory of server\tserved\tthe attack\t")
		served, err := s.attack(ctx, t, table)
		if err = errors.Join(err, table.Flush()); err != nil {
			return false, fmt.Errorf("%s: %w", t.name, err)
		}
		held = held && served
	}
	return held, nil
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
		v, did, err := s.during(ctx, a, "http://"+addr)
		if err != nil {
			return false, fmt.Errorf("%s: %w", a.name, err)
		}
		served := !did.broke && v.share() >= enough && v.quantile(.99) < soon
		s.row(table, t.name, a.name, v, served, did.figures)
		held = held && served
	}
	if lines.Wait(); slow.n > 0 {
		served := len(slow.took) == slow.n
		s.row(table, t.name, "(clients at 50 KB/s)", &slow, served, "")
		held = held && served
	}
	return held, ctx.Err()
}

func (s *study) row(table io.Writer, target, attack string, v *visits, served bool, figures string) {
	yes := map[bool]string{true: "yes", false: "NO"}[served]
	fmt.Fprintf(table, "%s\t%s\t%d\t%.1f%%\t%v\t%v\t%v\t%s\t%s\t%s\t\n", target, attack, v.n, 100*v.share(), v.quantile(.5), v.quantile(.99), v.quantile(1), memory(s.pid), yes, figures)
}

// none is no attack, for comparison.
var none = attack{name: "none", run: func(ctx context.Context, _ *study, _ string) (outcome, error) { <-ctx.Done(); return outcome{}, nil }}

// fewest is the number of requests that the client sends at least during an attack. If
// there were fewer, the attack ended at once.
const fewest = 20

// during runs an attack while the client is served.
func (s *study) during(ctx context.Context, a attack, url string) (*visits, outcome, error) {
	ctx, stop := context.WithTimeout(ctx, s.length)
	defer stop()
	over := make(chan error, 1)
	var did outcome
	go func() {
		var err error
		did, err = a.run(ctx, s, url)
		over <- err
	}()
	v := &visits{}
	err := v.until(over, url+"/")
	if err == nil && v.n < fewest {
		err = fmt.Errorf("the attack ended within %v: it reports %q", period*time.Duration(v.n), did.figures)
	}
	return v, did, err
}

// command runs a program that ends with ctx, and returns its output.
func (s *study) command(ctx context.Context, name string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), "HOME="+s.dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // slowhttptest prints its figures then
	cmd.WaitDelay = patience
	return cmd.CombinedOutput()
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
