package target

import (
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"runtime"
	"syscall"
)

// startJob starts a command in a group of its own. ended is closed when its first process has
// ended and the others were killed. The kernel kills the first process when this one ends, and
// a guard the rest of the group.
func startJob(cmd *exec.Cmd) (ended <-chan struct{}, err error) {
	guard, _, err := runSupervisor(order{Guard: true}, nil, io.Discard)
	if err != nil {
		return nil, err
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	started, done := make(chan error), make(chan struct{})
	go func() {
		// PR_SET_PDEATHSIG fires when the forking thread ends: it is locked, and ends with
		// this goroutine.
		runtime.LockOSThread()
		defer close(done)
		err := cmd.Start()
		if err == nil {
			guard.tell(command{Group: cmd.Process.Pid})
		}
		started <- err
		if err == nil {
			cmd.Wait() // its state is read
			killGroup(cmd.Process)
		}
		guard.tell(command{Stop: true})
		guard.wait()
	}()
	return done, <-started
}

func killGroup(p *os.Process) { syscall.Kill(-p.Pid, syscall.SIGKILL) }

func interruptGroup(p *os.Process) { syscall.Kill(-p.Pid, syscall.SIGINT) }

// watch is the main function of a supervisor that starts no processes: it kills a group of
// processes when its owner ends.
func watch(orders *json.Decoder, events *json.Encoder) int {
	events.Encode(event{})
	group := 0
	for {
		var c command
		switch err := orders.Decode(&c); {
		case err != nil && group > 0:
			syscall.Kill(-group, syscall.SIGKILL)
			return 1
		case err != nil, c.Stop:
			events.Encode(event{Over: true})
			return 0
		}
		group = c.Group
	}
}
