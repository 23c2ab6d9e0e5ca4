package target

import (
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"time"
)

// A Job is a command that runs to its end, such as a build, as a child of this process. On
// Linux its process group does not outlive this process, however that ends.
type Job struct {
	Path string   // of the program
	Args []string // without the program's name
	Env  []string // NAME=VALUE, added to the environment of this process
	Dir  string   // working directory; empty means this process's
}

const (
	// jobGrace is the time between SIGINT and SIGKILL: on SIGINT, compilers and the go command
	// remove their temporary files.
	jobGrace = 5 * time.Second
	// lastOutput is the time for output of processes that outlive the first one.
	lastOutput = 500 * time.Millisecond
)

// Run returns the last 64 KiB of the job's output when its first process has ended; it kills
// the rest of its group. If ctx ends, it interrupts the group, kills what does not end, and
// returns the error of ctx. Other errors are a *StartError, or the job's status in words, such
// as "exit status 2".
func (j Job) Run(ctx context.Context) (output string, err error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	out := &ring{}
	cmd := &exec.Cmd{Path: j.Path, Args: append([]string{j.Path}, j.Args...), Env: environment(inDir(j.Dir, j.Env)), Dir: j.Dir, Stdout: out, Stderr: out, WaitDelay: lastOutput}
	job, err := startJob(cmd)
	if err != nil {
		t := Target{Name: filepath.Base(j.Path)}
		return "", t.fail(PhaseStart, err, startHint(process{Path: j.Path}, err))
	}
	select {
	case <-job.ended:
	case <-ctx.Done():
		job.interrupt()
		kill := time.AfterFunc(jobGrace, job.kill)
		defer kill.Stop()
		<-job.ended
		return out.String(), context.Cause(ctx)
	}
	if !cmd.ProcessState.Success() {
		return out.String(), errors.New(cmd.ProcessState.String())
	}
	return out.String(), nil
}
