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
	"github.com/classibench/classibench/scenarios"
)

// own is a target of the user's. Its data are restored by its own command. A
// program that cannot be started is an error here, before anything is measured;
// one that is not there yet may be made by that command.
func (s *Setup) own(t scenarios.Target) (instance.Candidate, error) {
	if dir, err := filepath.Abs(t.Dir); err == nil && t.Dir != "" {
		t.Dir = dir // the gateway passes it on to the program from a directory of its own
	}
	out, err := target.Of(t, s.self)
	if err != nil {
		return instance.Candidate{}, err
	}
	out.CPUs = s.Environment.TargetCPUs
	if err := out.Check(); err != nil && !(t.Reset != nil && errors.Is(err, fs.ErrNotExist)) {
		return instance.Candidate{}, err
	}
	return instance.Candidate{
		Target: result.Target{Name: t.Name, Kind: t.Kind, Command: t.Command},
		Fresh: func(ctx context.Context) (target.Target, error) {
			if err := out.Restore(ctx); err != nil {
				return target.Target{}, err
			}
			return out, checkScript(t) // the reset may have made it
		},
	}, nil
}

// checkScript makes sure that a target's script is there: an interpreter that
// does not find it may answer 404, and would be taken for ready.
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
		return wrong(fmt.Errorf("target %s: its script %s is no file", t.Name, path), "name the file that answers requests, as in script: %s", filepath.Join(g.Script, "index.php"))
	}
	return nil
}
