//go:build !linux

package target

import (
	"os"
	"os/exec"
)

// A runningJob is a command in a process group of its own.
type runningJob struct {
	cmd   *exec.Cmd
	ended chan struct{} // closed when the first process has ended and the others were killed
}

// startJob starts a command.
func startJob(cmd *exec.Cmd) (*runningJob, error) {
	cmd.SysProcAttr = inGroup()
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	j := &runningJob{cmd, make(chan struct{})}
	go func() {
		defer close(j.ended)
		cmd.Wait() // its state is read
		j.kill()
	}()
	return j, nil
}

func (j *runningJob) interrupt() { signalGroup(j.cmd.Process, os.Interrupt) }
func (j *runningJob) kill()      { signalGroup(j.cmd.Process, os.Kill) }
