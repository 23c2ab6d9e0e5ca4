package candidate

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/bench/target"
	"github.com/classibench/classibench/internal/shell"
	"github.com/classibench/classibench/scenarios"
)

// own returns a candidate for a target of the user, whose reset command restores its data.
// A program that cannot be started is an error here, before the measurement, unless the
// reset command may create it.
func (s *Setup) own(t scenarios.Target) (instance.Candidate, error) {
	if err := s.unpack(&t); err != nil {
		return instance.Candidate{}, err
	}
	if dir, err := filepath.Abs(t.Dir); err == nil && t.Dir != "" {
		t.Dir = dir // the gateway passes it on to the program from a directory of its own
	}
	out, err := s.target(t)
	if err != nil {
		return instance.Candidate{}, err
	}
	if err := out.Check(); err != nil && !(t.Reset != nil && errors.Is(err, fs.ErrNotExist)) {
		return instance.Candidate{}, err
	}
	var last string
	c := instance.Candidate{
		Target: result.Target{Name: t.Name, Kind: t.Kind, Command: shell.Concealed(t.Command), Instances: several(t)},
		Fresh:  func(ctx context.Context) (target.Target, error) { return s.restored(ctx, t, &last) },
	}
	if s.Database != nil {
		s.withDatabase(&c, t, &last)
	}
	return c, nil
}

func (s *Setup) target(t scenarios.Target) (target.Target, error) {
	t, err := s.withTemporary(t)
	if err != nil {
		return target.Target{}, err
	}
	out, err := target.Of(t, s.self)
	out.CPUs = s.Environment.TargetCPUs
	return out, err
}

// restored returns a target of the user after its data were reset for a trial.
func (s *Setup) restored(ctx context.Context, t scenarios.Target, last *string) (target.Target, error) {
	if t.UsesData() {
		db, err := s.freshCopy(ctx, t.Name, last)
		if err == nil {
			err = share(filepath.Dir(db), db)
		}
		if err != nil {
			return target.Target{}, err
		}
		t = t.WithData(db)
	}
	out, err := s.target(t)
	if err == nil {
		err = out.Restore(ctx)
	}
	if err == nil {
		err = checkScript(t) // the reset may have created it
	}
	return out, err
}

// checkScript checks that a target's script exists: without it, an interpreter may answer
// 404 and seem ready.
func checkScript(t scenarios.Target) error {
	path := t.ScriptPath()
	if path == "" {
		return nil
	}
	g, _ := t.Gateway()
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return wrong(fmt.Errorf("target %s: its script: %w", t.Name, err), "correct the path under script; it is relative to dir, or to where you run classibench")
	case !info.Mode().IsRegular():
		return wrong(fmt.Errorf("target %s: its script %s is not a file", t.Name, path), "name the file that answers requests, as in script: %s", filepath.Join(g.Script, "index.php"))
	}
	return nil
}
