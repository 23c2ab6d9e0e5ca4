//go:build !linux

package target

import (
	"os"
	"os/exec"
)

// startJob starts a command in a group of its own. ended is closed when its first process has
// ended and the others were killed.
func startJob(cmd *exec.Cmd) (ended <-chan struct{}, err error) {
	cmd.SysProcAttr = inGroup()
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		cmd.Wait() // its state is read
		killGroup(cmd.Process)
	}()
	return done, nil
}

func killGroup(p *os.Process) { signalGroup(p, os.Kill) }

func interruptGroup(p *os.Process) { signalGroup(p, os.Interrupt) }
