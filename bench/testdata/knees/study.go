package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"time"
)

// A study is a number of runs of "classibench capacity".
type study struct {
	command string
	runs    int
	only    string

	Budget time.Duration `json:"budget_ns"`
	Runs   []run         `json:"runs"`
}

// A run is what one search found.
type run struct {
	Server   string   `json:"server"`
	Seed     int      `json:"seed"`
	Code     int      `json:"code"` // exit status
	Truth    float64  `json:"truth_rps"`
	Low      float64  `json:"low_rps"`
	High     float64  `json:"high_rps"`
	Trials   int      `json:"trials"`
	Seconds  float64  `json:"seconds"`
	Warnings []string `json:"warnings,omitempty"`
}

const scenario = `name: knees
description: A server whose limit is known
mix: [{name: page, get: /, expect: {body: served}}]
objective: {p95: 100ms, errors: 1%%}
targets:
  - {name: %[2]s, kind: server, command: [%[1]q, serve, "{addr}", %[2]s]}
`

// run measures each server in turn, saves the values after each run, and prints them.
func (s *study) run(ctx context.Context, out string) (right bool, err error) {
	dir, err := os.MkdirTemp("", "knees-")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(dir)
	truths := map[string]float64{}
	for seed := 1; seed <= s.runs; seed++ {
		for _, name := range slices.Sorted(maps.Keys(queues)) {
			if s.only != "" && name != s.only {
				continue
			}
			if truths[name] == 0 {
				truths[name] = truth(queues[name].make, queues[name].capacity)
			}
			r, err := s.measure(ctx, dir, name, seed)
			if err != nil {
				return false, fmt.Errorf("run %d of %s: %w", seed, name, err)
			}
			r.Truth = truths[name]
			s.Runs = append(s.Runs, r)
			s.row(r)
			b, err := json.MarshalIndent(s, "", " ")
			if err = errors.Join(err, os.WriteFile(out, append(b, '\n'), 0o644)); err != nil {
				return false, err
			}
		}
	}
	return s.verdict(), nil
}

// measure runs one search.
func (s *study) measure(ctx context.Context, dir, name string, seed int) (r run, err error) {
	r = run{Server: name, Seed: seed}
	self, err := os.Executable()
	if err != nil {
		return r, err
	}
	file, report := filepath.Join(dir, name+".yaml"), filepath.Join(dir, "report")
	if err := os.WriteFile(file, fmt.Appendf(nil, scenario, self, name), 0o600); err != nil {
		return r, err
	}
	out, err := exec.CommandContext(ctx, s.command, "capacity", file, "--budget", s.Budget.String(), "--seed", strconv.Itoa(seed), "--out", report).CombinedOutput()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		r.Code = exit.ExitCode()
	} else if err != nil {
		return r, err
	}
	b, err := os.ReadFile(filepath.Join(report, "result.json"))
	if err != nil {
		return r, fmt.Errorf("%w\n%s", err, out)
	}
	return r, r.read(b, name)
}

func (r *run) read(b []byte, name string) error {
	var found struct {
		Seconds float64
		Limits  map[string]struct {
			Low    float64 `json:"low_rps"`
			High   float64 `json:"high_rps"`
			Trials []json.RawMessage
		}
		Warnings []struct{ Text string }
	}
	if err := json.Unmarshal(b, &found); err != nil {
		return err
	}
	l := found.Limits[name]
	r.Low, r.High, r.Trials, r.Seconds = l.Low, l.High, len(l.Trials), found.Seconds
	for _, w := range found.Warnings {
		r.Warnings = append(r.Warnings, w.Text)
	}
	return nil
}

func (r run) holds() bool    { return r.Low <= r.Truth && r.Truth <= r.High }
func (r run) narrow() bool   { return r.Low > 0 && r.High <= 1.06*r.Low }
func (r run) apart() float64 { return 100 * (r.High/r.Low - 1) }

func (s *study) row(r run) {
	fmt.Printf("%-10s seed %2d  truth %6.1f  bounds %6.1f to %6.1f hits/s, %4.1f%% apart  holds %-5v  %d trials in %.0f s  %v\n",
		r.Server, r.Seed, r.Truth, r.Low, r.High, r.apart(), r.holds(), r.Trials, r.Seconds, r.Warnings)
}

// verdict prints the coverage, and reports whether it is at least 95%.
func (s *study) verdict() bool {
	held, narrow := 0, 0
	for _, r := range s.Runs {
		if r.holds() {
			held++
		}
		if r.narrow() {
			narrow++
		}
	}
	fmt.Printf("%d of %d bounds hold the truth; %d are at most 6%% apart\n", held, len(s.Runs), narrow)
	return 100*held >= 95*len(s.Runs)
}
