// Command zoo runs classibench verify on programs with planted faults, and on clean
// ones, and prints what was found of each.
//
//	go run ./bench/parity/testdata/zoo -classibench BINARY [-only REGEXP] [-seeds N] [-budget 55s]
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"time"
)

var (
	binary = flag.String("classibench", "classibench", "the command to try")
	only   = flag.String("only", "", "regular expression of the programs to run")
	budget = flag.Duration("budget", 55*time.Second, "of each run, which takes a little longer")
	seeds  = flag.Int("seeds", 1, "runs of each clean program, with different seeds")
	output = flag.String("json", "", "file for the rows as JSON")
)

func main() {
	flag.Parse()
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "zoo:", err)
		os.Exit(1)
	}
}

func run() error {
	wanted, err := regexp.Compile(*only)
	if err != nil {
		return err
	}
	z, err := newZoo()
	if err != nil {
		return err
	}
	defer os.RemoveAll(z.dir)
	var rows []row
	printHead()
	for _, s := range species {
		if !wanted.MatchString(s.name) {
			continue
		}
		for seed := 1; seed <= s.runs(); seed++ {
			r := z.verify(s, seed)
			rows = append(rows, r)
			r.print()
		}
	}
	printSums(rows)
	return save(rows)
}

// A zoo has what all programs need.
type zoo struct {
	dir     string // temporary
	sources string // directory of this command
	animals string // the Go programs
	self    string // absolute path of classibench
}

func newZoo() (*zoo, error) {
	dir, err := os.MkdirTemp("", "classibench-zoo-")
	if err != nil {
		return nil, err
	}
	z := &zoo{dir: dir, animals: filepath.Join(dir, "animals")}
	if z.sources, err = filepath.Abs("bench/parity/testdata/zoo"); err != nil {
		return nil, err
	}
	if path, err := exec.LookPath(*binary); err != nil {
		return nil, err
	} else if z.self, err = filepath.Abs(path); err != nil {
		return nil, err
	}
	return z, goBuild(z.animals, "./bench/parity/testdata/zoo/animals")
}

// verify runs the command on a program and reads its result.
func (z *zoo) verify(s animal, seed int) row {
	r := row{animal: s, Name: s.name, Seed: seed}
	args, err := z.arguments(s, seed)
	self := z.self
	if s.builtin && err == nil {
		self, err = z.leaking()
	}
	if err != nil {
		r.Error = err.Error()
		return r
	}
	ctx, cancel := context.WithTimeout(context.Background(), *budget+time.Minute)
	defer cancel()
	c := exec.CommandContext(ctx, self, args...)
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) }
	c.WaitDelay = 20 * time.Second
	began := time.Now()
	out, err := c.Output()
	r.Seconds = time.Since(began).Seconds()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() != 1 {
		r.Error = fmt.Sprintf("exit %d: %s", exit.ExitCode(), problem(exit.Stderr))
	}
	if err := json.Unmarshal(out, &r.found); err != nil && r.Error == "" {
		r.Error = fmt.Sprintf("read the result: %v", err)
	}
	r.judge()
	return r
}

// arguments returns the command line for a program. Each side has data of its own, which
// its reset command restores.
func (z *zoo) arguments(s animal, seed int) ([]string, error) {
	args := []string{"verify", "--json", "--seed", fmt.Sprint(seed), "--budget", budget.String(), "--out", filepath.Join(z.dir, "report")}
	if s.builtin {
		return args, nil
	}
	args = append(args, "--baseline", "baseline=cgi:"+z.command(s, s.cgi), "--candidate", "candidate=server:"+z.command(s, s.server))
	pristine := filepath.Join(z.sources, "data")
	for _, side := range []string{"baseline", "candidate"} {
		data := filepath.Join(z.dir, side)
		if err := os.CopyFS(data, os.DirFS(pristine)); err != nil && !errors.Is(err, os.ErrExist) {
			return nil, err
		}
		reset := fmt.Sprintf("%s:sh -c 'rm -rf %s && cp -r %s %s'", side, data, pristine, data)
		args = append(args, "--reset", reset, "--env", side+":DATA="+data)
	}
	for _, e := range s.env {
		args = append(args, "--env", z.expand(e))
	}
	return append(args, s.requests...), nil
}

func save(rows []row) error {
	if *output == "" {
		return nil
	}
	text, err := json.MarshalIndent(rows, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(*output, append(text, '\n'), 0o644)
}
