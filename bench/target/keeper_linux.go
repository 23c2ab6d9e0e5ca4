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
)

// keeperName is what a keeper is called in the list of processes, and how this
// program knows that it is to be one.
const keeperName = "classibench-keeper"

// Descriptors of a keeper.
const (
	ordersFD = 3 + iota // an order and commands come in
	eventsFD            // events go out
	socketFD            // the listening socket of a FastCGI program, if it wants one
)

// A keeper is the process that keeps those of a target, as its owner sees it.
type keeper struct {
	cmd    *exec.Cmd
	pids   []int // of the first processes
	orders *os.File
	events *os.File
	output *os.File
	copied chan struct{} // closed when the output has ended
	from   *json.Decoder
	mu     sync.Mutex // of orders
}

// startKeeper starts a keeper and has it run an order. What the processes
// write goes to output.
func startKeeper(o order, socket *os.File, output io.Writer) (*keeper, error) {
	k, e, err := runKeeper(o, socket, output)
	if err != nil {
		return nil, err
	}
	if e.Failed != nil {
		k.wait()
		return nil, e.Failed
	}
	k.pids = e.Started
	return k, nil
}

// runKeeper starts a keeper with an order, and returns what came of it.
func runKeeper(o order, socket *os.File, output io.Writer) (k *keeper, e event, err error) {
	k, theirs, err := newKeeper(socket)
	if err != nil {
		return nil, e, err
	}
	err = k.cmd.Start()
	closeAll(theirs)
	if err != nil {
		closeAll([]*os.File{k.orders, k.events, k.output})
		return nil, e, fmt.Errorf("start a keeper for its processes: %w", err)
	}
	go k.copy(output)
	k.tell(o)
	if err := k.from.Decode(&e); err != nil {
		return nil, e, fmt.Errorf("start its processes: the keeper ended with %s", k.wait())
	}
	return k, e, nil
}

// newKeeper prepares the command and its pipes. theirs are the ends to close
// here once it runs.
func newKeeper(socket *os.File) (k *keeper, theirs []*os.File, err error) {
	var pipes []*os.File
	for range 3 {
		r, w, err := os.Pipe()
		if err != nil {
			closeAll(pipes)
			return nil, nil, fmt.Errorf("make a pipe to a keeper: %w; are there too many open files? See ulimit -n", err)
		}
		pipes = append(pipes, r, w)
	}
	theirs = []*os.File{pipes[0], pipes[3], pipes[5]}
	k = &keeper{orders: pipes[1], events: pipes[2], output: pipes[4], copied: make(chan struct{})}
	k.from = json.NewDecoder(k.events)
	// The file that runs now, even when another has taken its place.
	k.cmd = &exec.Cmd{Path: "/proc/self/exe", Args: []string{keeperName}, Env: []string{"GOMAXPROCS=1"}}
	k.cmd.Stdout, k.cmd.Stderr = pipes[5], pipes[5]
	k.cmd.ExtraFiles = []*os.File{pipes[0], pipes[3]}
	if socket != nil {
		k.cmd.ExtraFiles = append(k.cmd.ExtraFiles, socket)
	}
	// A group of its own: Ctrl-C on the terminal is for the owner, who stops
	// its targets in order.
	k.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return k, theirs, nil
}

func closeAll(files []*os.File) {
	for _, f := range files {
		f.Close()
	}
}

// copy passes the output on until all who could write have ended.
func (k *keeper) copy(to io.Writer) {
	io.Copy(to, k.output)
	close(k.copied)
}

// tell writes an order or a command. A keeper that has ended needs none.
func (k *keeper) tell(v any) {
	k.mu.Lock()
	defer k.mu.Unlock()
	json.NewEncoder(k.orders).Encode(v)
}

// roots is the keeper, as usage.Read takes somebody who does not count himself.
func (k *keeper) roots() []int { return []int{-k.cmd.Process.Pid} }

// ready tells the keeper that the target answered, and where it listens.
func (k *keeper) ready(addr string) { k.tell(command{Ready: true, Addr: addr}) }

// stop asks for the end of the target.
func (k *keeper) stop(grace time.Duration) { k.tell(command{Stop: true, Grace: int64(grace)}) }

// wait returns, when no process of the target is left, how the first of them
// ended. It is called once.
func (k *keeper) wait() (status string) {
	over := false
	for {
		var e event
		if k.from.Decode(&e) != nil {
			break
		}
		if status == "" {
			status = e.Ended
		}
		over = over || e.Over
	}
	err := k.cmd.Wait()
	if !over {
		k.orphaned()
		status = fmt.Sprintf("the loss of its keeper (%v)", orOK(err))
	}
	k.drain(over)
	closeAll([]*os.File{k.orders, k.events, k.output})
	return status
}

// drain waits for the rest of the output. Somebody who is not known can hold it
// open only when the keeper was lost.
func (k *keeper) drain(over bool) {
	if !over {
		k.output.SetReadDeadline(time.Now().Add(time.Second))
	}
	<-k.copied
}

// orphaned kills what a keeper left that was itself killed: its children got
// SIGKILL from the kernel (PR_SET_PDEATHSIG), their groups get it from here.
func (k *keeper) orphaned() {
	for _, pid := range k.pids {
		syscall.Kill(-pid, syscall.SIGKILL)
	}
}

func orOK(err error) any {
	if err == nil {
		return "exit status 0"
	}
	return err
}
