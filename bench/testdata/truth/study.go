package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

// A study is a number of runs of "classibench compare".
type study struct {
	command string
	runs    int

	Slow time.Duration `json:"slow_ns"`
	Fast time.Duration `json:"fast_ns"`
	Runs []run         `json:"runs"`
}

// A run is what one of them found, with times in seconds.
type run struct {
	Seed    int                `json:"seed"`
	Code    int                `json:"code"` // the exit code
	Ratio   float64            `json:"ratio"`
	Low     float64            `json:"low"`
	High    float64            `json:"high"`
	Rates   rates              `json:"rps"` // by target
	Latency []stage            `json:"latency"`
	Plain   map[string]float64 `json:"plain"`  // what a plain client sees of each server, by target: median in seconds
	Errors  int                `json:"errors"` // of all replays
	Doubts  []string           `json:"warnings,omitempty"`
}

type rates map[string]float64

// A stage is the median latency of a target in a stage of its replay.
type stage struct {
	Target, Stage string
	Hits          int
	P50           float64
}

// The scenario has a stage for each rate. It is long enough at 1 hit/s for a
// median to be shown, and a service time below half of the time between two hits
// is the median latency: most hits find an idle server.
const scenario = `name: truth
description: Two servers whose service times are known
mix: [{name: page, get: /, expect: {body: served}}]
capacity: {users: 8, budget: 6s, within: 5%%}
replay:
  timeout: 5s
  stages:
    - {name: 1 hit/s, for: 20s, rate: 1 hits/s}
    - {name: 40 hits/s, for: 4s, rate: 40 hits/s}
targets:
  - {name: slow, kind: server, command: [%[1]q, serve, "{addr}", %[2]q]}
  - {name: fast, kind: server, command: [%[1]q, serve, "{addr}", %[3]q]}
`

// run measures, saves the values after each run, and prints them.
func (s *study) run(ctx context.Context, out string) (right bool, err error) {
	dir, err := os.MkdirTemp("", "truth-")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(dir)
	self, err := os.Executable()
	if err != nil {
		return false, err
	}
	file := filepath.Join(dir, "truth.yaml")
	if err := os.WriteFile(file, fmt.Appendf(nil, scenario, self, s.Slow.String(), s.Fast.String()), 0o600); err != nil {
		return false, err
	}
	s.header()
	for seed := 1; seed <= s.runs; seed++ {
		r, err := s.measure(ctx, file, dir, seed)
		if err == nil {
			r.Plain, err = s.plain(ctx, self)
		}
		if err != nil {
			return false, fmt.Errorf("run %d: %w", seed, err)
		}
		s.Runs = append(s.Runs, r)
		s.row(r)
		b, err := json.MarshalIndent(s, "", " ")
		if err = errors.Join(err, os.WriteFile(out, append(b, '\n'), 0o644)); err != nil {
			return false, err
		}
	}
	return s.verdict(), nil
}

// plain asks both servers as a plain client does.
func (s *study) plain(ctx context.Context, self string) (map[string]float64, error) {
	all := map[string]float64{}
	for name, service := range map[string]time.Duration{"slow": s.Slow, "fast": s.Fast} {
		median, err := plain(ctx, self, service.String())
		if err != nil {
			return nil, fmt.Errorf("a plain client of the %s server: %w", name, err)
		}
		all[name] = median.Seconds()
	}
	return all, nil
}

// measure runs classibench once. An exit code is a finding, a result that cannot
// be read is an error.
func (s *study) measure(ctx context.Context, file, dir string, seed int) (run, error) {
	cmd := exec.CommandContext(ctx, s.command, "compare", file, "--json", "--seed", strconv.Itoa(seed), "--out", filepath.Join(dir, "report"))
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	out, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return run{}, err
	}
	if ctx.Err() != nil {
		return run{}, ctx.Err()
	}
	r, err := parse(out)
	if err != nil && exit != nil {
		err = fmt.Errorf("%w; it exits with %d: %s", err, exit.ExitCode(), exit.Stderr)
	}
	r.Seed, r.Code = seed, cmd.ProcessState.ExitCode()
	return r, err
}

// A result is what is read of a result.json.
type result struct {
	Capacity struct {
		Throughput map[string]struct{ RPS float64 }
		Gain       struct{ Ratio, Low, High float64 }
	}
	Replay struct {
		Trials []struct {
			Target string
			Errors int
			Stages []struct {
				Name    string
				Hits    int
				Latency struct{ P50, Mean float64 }
			}
		}
	}
	Warnings []struct{ About, Text string }
}

func parse(b []byte) (r run, err error) {
	var all result
	if err := json.Unmarshal(b, &all); err != nil {
		return r, fmt.Errorf("understand the result: %w", err)
	}
	if len(all.Replay.Trials) != 2 {
		return r, fmt.Errorf("the result has %d replays, want 2", len(all.Replay.Trials))
	}
	g := all.Capacity.Gain
	r = run{Ratio: g.Ratio, Low: g.Low, High: g.High, Rates: rates{}}
	for name, t := range all.Capacity.Throughput {
		r.Rates[name] = t.RPS
	}
	for _, t := range all.Replay.Trials {
		r.Errors += t.Errors
		for _, s := range t.Stages {
			// Of fewer than 20 hits there is no median.
			r.Latency = append(r.Latency, stage{t.Target, s.Name, s.Hits, cmp.Or(s.Latency.P50, s.Latency.Mean)})
		}
	}
	for _, w := range all.Warnings {
		r.Doubts = append(r.Doubts, w.About+": "+w.Text)
	}
	return r, nil
}
