package target

import (
	"context"
	"errors"
	"path/filepath"
	"time"
)

// A Job is a command that runs to its end, such as a build. As with a target, no process of it
// outlives this one on Linux, however this one ends.
type Job struct {
	Path string   // of the program
	Args []string // without the program's name
	Env  []string // NAME=VALUE, added to the environment of this process
	Dir  string   // working directory; empty means this process's
}

// jobGrace is the time between SIGINT and SIGKILL: on SIGINT, compilers and the go command
// remove their temporary files.
const jobGrace = 5 * time.Second

// Run returns the last 64 KiB of the job's output when all of its processes have ended. If ctx
// ends, it interrupts them, kills those that do not end, and returns the error of ctx. Other
// errors are a *StartError, or the job's status in words, such as "exit status 2".
func (j Job) Run(ctx context.Context) (output string, err error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	r := newRunning(Target{Name: filepath.Base(j.Path), StopTimeout: jobGrace}, place{})
	p := process{Path: j.Path, Args: append([]string{j.Path}, j.Args...), Env: environment(inDir(j.Dir, j.Env)), Dir: j.Dir}
	if err := r.launch(ctx, order{Processes: []process{p}, Interrupt: true}, nil); err != nil {
		return "", err
	}
	r.supervisor.ready("")
	select {
	case <-r.done:
	case <-ctx.Done():
		return r.Output(), errors.Join(ctx.Err(), r.Stop())
	}
	if end, ok := errors.AsType[*EndError](r.Err()); ok && end.Status != "exit status 0" {
		return r.Output(), errors.New(end.Status)
	}
	return r.Output(), nil
}
