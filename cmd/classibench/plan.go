package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/classibench/classibench/bench"
	"github.com/classibench/classibench/internal/candidate"
	"github.com/classibench/classibench/scenarios"
)

// options returns the options for making targets ready, which show each step to the user.
func (p *program) options(share, rebuild bool) candidate.Options {
	return candidate.Options{Share: share, Rebuild: rebuild, Logf: p.logf, Meter: func(step string) (func(int, int), func()) {
		m := p.newMeter(step)
		return m.update, m.end
	}}
}

// newPlan returns a plan of the named scenario, without candidates.
func (p *program) newPlan(name string, seed int64) (bench.Plan, error) {
	s, source, err := loadScenario(name)
	if err != nil {
		return bench.Plan{}, err
	}
	return p.planOf(s, source, seed), nil
}

// planOf returns a plan of a parsed scenario; source is the digest of its text.
func (p *program) planOf(s *scenarios.Scenario, source string, seed int64) bench.Plan {
	return bench.Plan{
		Scenario: s, Source: source, Settings: bench.SettingsOf(s), Seed: seed,
		Version: version(), Command: p.commandLine(), Watch: p.newView().update,
	}
}

// loadScenario reads a scenario, and returns it with the digest of its text.
func loadScenario(name string) (*scenarios.Scenario, string, error) {
	src, err := scenarios.Read(name)
	if errors.Is(err, scenarios.ErrUnknown) {
		return nil, "", usageError(err, "\"classibench scenario list\" lists them; the name of a file ends in .yaml or contains a slash")
	}
	if err != nil {
		return nil, "", usageError(err, "start from one that ships: classibench scenario show browse > mine.yaml")
	}
	s, err := scenarios.Parse(name, src)
	if err != nil {
		return nil, "", usageError(err, "")
	}
	return s, digest(src), nil
}

// checkOutDir checks before a run that its report can be written. It leaves no directory that
// was not there: the run may end without a report.
func (p *program) checkOutDir(dir string) error {
	made := missingDirs(dir)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		removeDirs(made)
		return usageError(fmt.Errorf("make the directory for the report: %w", err), "choose another with --out")
	}
	defer removeDirs(made)
	probe, err := os.CreateTemp(dir, ".probe-")
	if err != nil {
		return usageError(fmt.Errorf("write into the directory for the report: %w", err), "choose another with --out")
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// missingDirs returns a directory and those above it that do not exist, the deepest first.
func missingDirs(dir string) (missing []string) {
	for dir = filepath.Clean(dir); ; dir = filepath.Dir(dir) {
		if _, err := os.Lstat(dir); err == nil || dir == filepath.Dir(dir) {
			return missing
		}
		missing = append(missing, dir)
	}
}

// removeDirs removes directories, as far as they are empty.
func removeDirs(dirs []string) {
	for _, dir := range dirs {
		_ = os.Remove(dir) // another process may have begun to use it
	}
}
