package target

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"github.com/classibench/classibench/internal/group"
)

// supervisorName is the name of a supervisor in the process list. A program started
// under this name becomes a supervisor.
const supervisorName = "classibench-supervisor"

// Descriptors of a supervisor.
const (
	ordersFD = 3 + iota // input: an order, then commands
	eventsFD            // output: events
	socketFD            // the listening socket of a FastCGI program, if any
)

// A supervisor is the owner's view of the process that supervises a target's
// processes.
type supervisor struct {
	cmd    *exec.Cmd
	groups []*group.Group // those of the first processes
	orders *os.File
	events *os.File
	output *os.File
	copied chan struct{} // closed when the output has ended
	from   *json.Decoder
	mu     sync.Mutex // of orders, and of over
	over   bool       // it may serve another target: it gets no more commands for this one
	mark   string     // of the order; if there is one, the supervisor waits for another order
	stock  *stock     // takes it then
	cpus   []int      // on which it runs
}

// startSupervisor runs an order with a supervisor from the stock, which may be nil, or with
// a new one. The output of the processes goes to output.
func startSupervisor(o order, socket *os.File, output io.Writer, from *stock) (*supervisor, error) {
	k, e, err := from.run(o, socket, output)
	if err != nil {
		return nil, err
	}
	if e.Failed != nil {
		k.wait()
		return nil, e.Failed
	}
	k.know(e.Started)
	return k, nil
}

// runSupervisor starts a supervisor with an order, and returns its first event.
func runSupervisor(o order, socket *os.File, output io.Writer) (k *supervisor, e event, err error) {
	k, theirs, err := newSupervisor(socket)
	if err != nil {
		return nil, e, err
	}
	err = k.cmd.Start()
	closeAll(theirs)
	if err != nil {
		closeAll([]*os.File{k.orders, k.events, k.output})
		return nil, e, fmt.Errorf("start a supervisor for its processes: %w", err)
	}
	return k.begin(o, o, output)
}

// begin sends a message with an order, and returns the first event.
func (k *supervisor) begin(o order, message any, output io.Writer) (_ *supervisor, e event, err error) {
	k.mark, k.copied = o.Mark, make(chan struct{})
	go k.copy(output)
	k.tell(message)
	if err := k.from.Decode(&e); err != nil {
		return nil, e, fmt.Errorf("start its processes: the supervisor ended with %s", k.wait())
	}
	return k, e, nil
}

// newSupervisor prepares the command and its pipes. theirs are the supervisor's
// ends, which the owner must close after the start.
func newSupervisor(socket *os.File) (k *supervisor, theirs []*os.File, err error) {
	var pipes []*os.File
	for range 3 {
		r, w, err := os.Pipe()
		if err != nil {
			closeAll(pipes)
			return nil, nil, fmt.Errorf("make a pipe to a supervisor: %w; check the limit on open files: ulimit -n", err)
		}
		pipes = append(pipes, r, w)
	}
	theirs = []*os.File{pipes[0], pipes[3], pipes[5]}
	k = &supervisor{orders: pipes[1], events: pipes[2], output: pipes[4]}
	k.from = json.NewDecoder(k.events)
	// /proc/self/exe is the running program, even if its file was replaced.
	k.cmd = &exec.Cmd{Path: "/proc/self/exe", Args: []string{supervisorName}, Env: []string{"GOMAXPROCS=1"}}
	k.cmd.Stdout, k.cmd.Stderr = pipes[5], pipes[5]
	k.cmd.ExtraFiles = []*os.File{pipes[0], pipes[3]}
	if socket != nil {
		k.cmd.ExtraFiles = append(k.cmd.ExtraFiles, socket)
	}
	// A group of its own: Ctrl-C must reach only the owner, which stops its targets
	// in order.
	k.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return k, theirs, nil
}

func closeAll(files []*os.File) {
	for _, f := range files {
		f.Close()
	}
}

// copy copies the output until all its writers have ended, or until the mark.
func (k *supervisor) copy(to io.Writer) {
	defer close(k.copied)
	if k.mark == "" {
		io.Copy(to, k.output)
		return
	}
	copyUntil(to, k.output, k.mark)
}

// tell sends an order or a command. It ignores errors: a supervisor that has ended
// needs none.
func (k *supervisor) tell(v any) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.over {
		return
	}
	json.NewEncoder(k.orders).Encode(v)
}

// roots returns the negated pid of the supervisor: its descendants count, it does
// not.
func (k *supervisor) roots() []int { return []int{-k.cmd.Process.Pid} }

// ready reports to the supervisor that the target answered at addr.
func (k *supervisor) ready(addr string) { k.tell(command{Ready: true, Addr: addr}) }

// stop requests the end of the target.
func (k *supervisor) stop(grace time.Duration) { k.tell(command{Stop: true, Grace: int64(grace)}) }

// wait waits until no process of the target is left, and returns the status of the
// first process that ended. It is called once.
func (k *supervisor) wait() (status string) {
	over := false
	for {
		var e event
		if k.from.Decode(&e) != nil {
			break
		}
		if status == "" {
			status = e.Ended
		}
		if over = over || e.Over; over && k.mark != "" {
			<-k.copied
			k.forget()
			k.stock.add(k.free())
			return status
		}
	}
	return k.end(status, over)
}

// end waits for the end of the supervisor.
func (k *supervisor) end(status string, over bool) string {
	err := k.cmd.Wait()
	if !over {
		k.orphaned()
		status = fmt.Sprintf("the loss of its supervisor (%v)", orOK(err))
	}
	k.drain(over)
	k.forget()
	closeAll([]*os.File{k.orders, k.events, k.output})
	return status
}

// drain waits for the rest of the output. An unknown process can hold it open only
// if the supervisor was lost.
func (k *supervisor) drain(over bool) {
	if !over {
		k.output.SetReadDeadline(time.Now().Add(time.Second))
	}
	<-k.copied
}

// know opens the groups of the first processes, which the supervisor does not reap before.
func (k *supervisor) know(pids []int) {
	for _, pid := range pids {
		if g, err := group.Open(pid); err == nil { // else the supervisor was killed
			k.groups = append(k.groups, g)
		}
	}
	k.tell(command{Known: true})
}

// forget closes what know has opened.
func (k *supervisor) forget() {
	for _, g := range k.groups {
		g.Close()
	}
	k.groups = nil
}

// orphaned kills the processes of a supervisor that was killed itself: the kernel
// has sent SIGKILL to its children (PR_SET_PDEATHSIG), orphaned sends it to their
// groups.
func (k *supervisor) orphaned() {
	for _, g := range k.groups {
		_ = g.Signal(syscall.SIGKILL) // fails if no process is left
	}
}

func orOK(err error) any {
	if err == nil {
		return "exit status 0"
	}
	return err
}
