//go:build !linux

package target

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"github.com/classibench/classibench/bench/usage"
)

// A supervisor, on systems without a reaper of descendants, is not a process but
// the process groups of the started processes. A process that leaves its group
// escapes, and all do if this program is killed.
type supervisor struct {
	cmds   []*exec.Cmd
	output *os.File
	copied chan struct{}
	first  chan string // the status of each process that ended
	once   sync.Once
	killed chan struct{}
}

// startSupervisor runs an order. The output of the processes goes to output.
func startSupervisor(o order, socket *os.File, output io.Writer, _ *stock) (*supervisor, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("make a pipe for its output: %w", err)
	}
	defer w.Close()
	k := &supervisor{output: r, copied: make(chan struct{}), first: make(chan string, len(o.Processes)), killed: make(chan struct{})}
	go func() { io.Copy(output, r); close(k.copied) }()
	for i, p := range o.Processes {
		cmd := &exec.Cmd{Path: p.Path, Args: p.Args, Env: p.Env, Dir: p.Dir, Stdout: w, Stderr: w, SysProcAttr: inGroup()}
		if p.Socket {
			cmd.Stdin = socket
		}
		if err := cmd.Start(); err != nil {
			k.signalAll(os.Kill)
			errno, _ := errors.AsType[syscall.Errno](err)
			return nil, &startFailure{Index: i, Errno: errno, Path: p.Path}
		}
		k.cmds = append(k.cmds, cmd)
		go func() { cmd.Wait(); k.first <- labelled(cmd.ProcessState.String(), p.Label) }()
	}
	return k, nil
}

func (k *supervisor) roots() (pids []int) {
	for _, cmd := range k.cmds {
		pids = append(pids, cmd.Process.Pid)
	}
	return pids
}

func (k *supervisor) ready(string) {}

// stop sends SIGTERM to the target, and SIGKILL after grace.
func (k *supervisor) stop(grace time.Duration) {
	k.once.Do(func() {
		k.signalAll(os.Interrupt)
		go func() {
			select {
			case <-time.After(grace):
				k.signalAll(os.Kill)
			case <-k.killed:
			}
		}()
	})
}

func (k *supervisor) signalAll(s os.Signal) {
	for _, cmd := range k.cmds {
		signalGroup(cmd.Process, s)
	}
}

// wait waits for the end of the target, and returns the status of its first
// process.
func (k *supervisor) wait() (status string) {
	status = <-k.first
	if len(k.cmds) > 1 {
		k.stop(time.Second)
	}
	for range k.cmds[1:] {
		<-k.first
	}
	close(k.killed)
	k.signalAll(os.Kill) // the rest of the groups
	k.output.SetReadDeadline(time.Now().Add(time.Second))
	<-k.copied
	k.output.Close()
	return status
}

// ours assumes that the target is the one that listens.
func ours(string, []int) bool { return true }

// A holder keeps processes of another program on CPUs; only Linux supports that.
type holder struct{}

func startHolder(_, _ []int) (*holder, error) { return nil, usage.ErrUnsupported }

func (*holder) release() error { return nil }
