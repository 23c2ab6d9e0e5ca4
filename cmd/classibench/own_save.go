package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/classibench/classibench/internal/shell"
	"github.com/classibench/classibench/scenarios"
)

// source encodes a pair as a scenario and parses it again, so that the run uses the scenario
// that is saved.
func (p *program) source(s *scenarios.Scenario) (*scenarios.Scenario, []byte, error) {
	src := scenarios.Encode(s, "Made by this command:\n  "+shell.Quote(append([]string{"classibench"}, p.args...))+"\nThe guide to this file is docs/scenarios.md; \"classibench scenario check\" reports mistakes.")
	again, err := scenarios.Parse("the scenario of the flags", src)
	if err != nil {
		return nil, nil, usageError(fmt.Errorf("the flags do not make a valid scenario: %w", err), "")
	}
	return again, src, nil
}

// save writes a scenario to a new file, and names the command that runs it.
func (p *program) save(path string, src []byte) error {
	if err := create(path, src); err != nil {
		return err
	}
	p.logf("saved %s; run it with: classibench compare %s", path, asPath(path))
	return nil
}

// create writes a scenario to a file that does not exist yet.
func create(path string, src []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return usageError(fmt.Errorf("%s already exists", path), "remove it, or choose another name; \"classibench compare %s\" runs it", path)
	}
	if err != nil {
		return usageError(fmt.Errorf("save the scenario: %w", err), "")
	}
	_, err = f.Write(src)
	if err := errors.Join(err, f.Close()); err != nil {
		return usageError(fmt.Errorf("save the scenario: %w", err), "")
	}
	return nil
}

// asPath returns the name of a file in a form that compare recognizes as a path.
func asPath(path string) string {
	if strings.Contains(path, "/") || slices.ContainsFunc([]string{".yaml", ".yml"}, func(end string) bool { return strings.HasSuffix(path, end) }) {
		return shell.Quote([]string{path})
	}
	return shell.Quote([]string{"./" + path})
}

func digest(src []byte) string {
	sum := sha256.Sum256(src)
	return hex.EncodeToString(sum[:])
}
