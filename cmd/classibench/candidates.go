package main

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
	"github.com/classibench/classibench/internal/classifieds/dataset"
	"github.com/classibench/classibench/scenarios"
)

// A stage is where candidates perform.
type stage struct {
	data string // the data set that built-in targets get copies of
	dir  string // for the copies
	cpus []int  // for the targets
	anew bool   // build the classifieds of the tree around, whatever builds are at hand
}

// candidates makes ready what a scenario names as its targets.
func (p *program) candidates(ctx context.Context, targets []scenarios.Target, on stage) ([]instance.Candidate, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find the path of this program, which serves CGI programs: %w", err)
	}
	var all []instance.Candidate
	for _, t := range targets {
		if t.Builtin == "" {
			c, err := own(t, self, on)
			if err != nil {
				return nil, describe(err)
			}
			all = append(all, c)
			continue
		}
		b, err := p.classifieds(ctx, t.Builtin, on)
		if err != nil {
			return nil, err
		}
		all = append(all, builtin(t, b, self, on))
	}
	return all, nil
}

// builtin is one of the two builds of the classifieds. For each trial it gets a
// copy of the data set.
func builtin(t scenarios.Target, b build, self string, on stage) instance.Candidate {
	c := instance.Candidate{Target: result.Target{Name: t.Name, Kind: target.Server, Command: []string{filepath.Base(b.path), "-listen", "{addr}"}, Build: b.how}}
	if t.Builtin == "cgi" {
		c.Kind, c.Command = target.CGI, []string{filepath.Base(b.path)}
	}
	var last string
	c.Fresh = func(ctx context.Context) (target.Target, error) {
		db, err := freshCopy(ctx, on, t.Name, &last)
		if err != nil {
			return target.Target{}, err
		}
		out, err := target.Of(scenarios.Target{Name: t.Name, Kind: c.Kind, Command: append([]string{b.path}, c.Command[1:]...), Env: map[string]string{"CLASSIFIEDS_DB": db}}, self)
		out.CPUs = on.cpus
		return out, err
	}
	return c
}

// freshCopy copies the data set for a trial, and removes the copy of the one
// before, whose directory last holds.
func freshCopy(ctx context.Context, on stage, name string, last *string) (string, error) {
	if err := os.RemoveAll(*last); err != nil {
		return "", fmt.Errorf("remove the data of the trial before: %w", err)
	}
	dir, err := os.MkdirTemp(on.dir, "data-")
	if err != nil {
		return "", fmt.Errorf("make a directory for the data of %s: %w", name, err)
	}
	*last = dir
	db := filepath.Join(dir, "ads.db")
	return db, dataset.Copy(ctx, db, on.data)
}

// own is a target of the user's. Its data are restored by its own command. A
// program that cannot be started is an error here, before anything is measured;
// one that is not there yet may be made by that command.
func own(t scenarios.Target, self string, on stage) (instance.Candidate, error) {
	if dir, err := filepath.Abs(t.Dir); err == nil && t.Dir != "" {
		t.Dir = dir // the gateway passes it on to the program from a directory of its own
	}
	out, err := target.Of(t, self)
	if err != nil {
		return instance.Candidate{}, err
	}
	out.CPUs = on.cpus
	if err := out.Check(); err != nil && !(t.Reset != nil && errors.Is(err, fs.ErrNotExist)) {
		return instance.Candidate{}, err
	}
	return instance.Candidate{
		Target: result.Target{Name: t.Name, Kind: t.Kind, Command: t.Command},
		Fresh: func(ctx context.Context) (target.Target, error) {
			if err := out.Restore(ctx); err != nil {
				return target.Target{}, err
			}
			return out, lookAtScript(t) // which the reset may have made
		},
	}, nil
}

// lookAtScript makes sure that a target's script is there: an interpreter that
// does not find it may answer 404, and would be taken for ready.
func lookAtScript(t scenarios.Target) error {
	path := t.ScriptPath()
	if path == "" {
		return nil
	}
	g, _ := t.Gateway()
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return usageError(fmt.Errorf("target %s: its script: %w", t.Name, err), "correct the path under script; it is relative to dir, or to where you run classibench")
	case !info.Mode().IsRegular():
		return usageError(fmt.Errorf("target %s: its script %s is no file", t.Name, path), "name the file that answers requests, as in script: %s", filepath.Join(g.Script, "index.php"))
	}
	return nil
}
