package target

import (
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"sync"
	"syscall"
	"time"

	"github.com/classibench/classibench/internal/group"
	"golang.org/x/sys/unix"
)

// A runningJob is a command in a process group of its own. The number of the group may belong
// to other processes as soon as the first process was reaped and no other is left, so no
// signal is sent after that.
type runningJob struct {
	cmd   *exec.Cmd
	guard *supervisor
	ended chan struct{} // closed when the first process has ended and the others were killed

	mu     sync.Mutex
	reaped bool
}

// startJob starts a command. The kernel kills its first process when this one ends, and a guard
// the rest of the group.
func startJob(cmd *exec.Cmd) (*runningJob, error) {
	guard, _, err := runSupervisor(order{Guard: true}, nil, io.Discard)
	if err != nil {
		return nil, err
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	j := &runningJob{cmd: cmd, guard: guard, ended: make(chan struct{})}
	started := make(chan error)
	go j.run(started)
	return j, <-started
}

// run starts the command, and waits for its end. PR_SET_PDEATHSIG fires when the forking
// thread ends: it is locked, and ends with this goroutine.
func (j *runningJob) run(started chan<- error) {
	runtime.LockOSThread()
	defer close(j.ended)
	defer j.guard.wait()
	defer j.guard.tell(command{Stop: true})
	output, err := j.start()
	if started <- err; err != nil {
		return
	}
	awaitExit(j.cmd.Process.Pid)
	output.end(lastOutput, j.reap)
}

// start returns when the guard has the group.
func (j *runningJob) start() (*jobOutput, error) {
	output, err := newJobOutput(j.cmd)
	if err != nil {
		return nil, err
	}
	err = j.cmd.Start()
	output.begin()
	if err != nil {
		output.end(0, func() {})
		return nil, err
	}
	j.guard.tell(command{Group: j.cmd.Process.Pid})
	var joined event
	_ = j.guard.from.Decode(&joined) // fails if the guard was killed
	return output, nil
}

// awaitExit waits for the end of a child, and leaves it to be reaped.
func awaitExit(pid int) {
	for unix.Waitid(unix.P_PID, pid, nil, unix.WEXITED|unix.WNOWAIT, nil) == unix.EINTR {
	}
}

// reap kills the rest of the group, whose number the first process holds until it is reaped.
func (j *runningJob) reap() {
	j.kill()
	j.mu.Lock()
	defer j.mu.Unlock()
	_ = j.cmd.Wait() // its state is read
	j.reaped = true
}

func (j *runningJob) interrupt() { j.signal(syscall.SIGINT) }
func (j *runningJob) kill()      { j.signal(syscall.SIGKILL) }

func (j *runningJob) signal(s syscall.Signal) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if !j.reaped {
		syscall.Kill(-j.cmd.Process.Pid, s)
	}
}

// A jobOutput copies the output of a job. Package exec would do that only after it has reaped
// the first process.
type jobOutput struct {
	to     io.Writer
	ours   *os.File
	theirs *os.File
	copied chan struct{}
}

// newJobOutput takes the place of the command's output.
func newJobOutput(cmd *exec.Cmd) (*jobOutput, error) {
	ours, theirs, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	o := &jobOutput{to: cmd.Stdout, ours: ours, theirs: theirs, copied: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = theirs, theirs
	return o, nil
}

// begin copies in the background, after the start of the command.
func (o *jobOutput) begin() {
	o.theirs.Close()
	go func() {
		defer close(o.copied)
		io.Copy(o.to, o.ours)
	}()
}

// end waits for the end of the output, but not for long, and calls reap before it returns.
func (o *jobOutput) end(patience time.Duration, reap func()) {
	select {
	case <-o.copied:
	case <-time.After(patience):
	}
	reap()
	o.ours.Close()
	<-o.copied
}

// watch is the main function of a supervisor that starts no processes: it joins a process
// group, so that the number of the group remains its own, and kills it when the owner ends.
func watch(orders *json.Decoder, events *json.Encoder) int {
	signal.Ignore(syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP) // they are meant for the group
	events.Encode(event{})
	var guarded *group.Group
	for {
		var c command
		switch err := orders.Decode(&c); {
		case err != nil && guarded != nil:
			_ = guarded.Signal(syscall.SIGKILL) // fails if no process is left
			return 1
		case err != nil, c.Stop:
			events.Encode(event{Over: true})
			return 0
		}
		guarded, _ = group.Open(c.Group) // fails if the owner was killed
		_ = syscall.Setpgid(0, c.Group)  // fails if the first process has gone to another session
		events.Encode(event{})
	}
}
