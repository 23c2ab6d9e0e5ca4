package target

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/classibench/classibench/bench/usage"
	"golang.org/x/sys/unix"
)

// A program that imports this package becomes a supervisor if it is started under
// that name, before any other code of it runs. Unlike an environment variable, the
// name is not passed on to children.
func init() {
	if len(os.Args) == 1 && os.Args[0] == supervisorName {
		os.Exit(keep())
	}
}

// leftoverGrace is the time between SIGTERM and SIGKILL for processes that outlive
// the first ones.
const leftoverGrace = time.Second

// headStart is the time between SIGTERM to the first processes and SIGTERM to their groups.
// The master of a server with workers (Starman, gunicorn) ends them itself. A second SIGTERM
// would interrupt a worker that removes its temporary files, and they would stay. A shell
// that waits for its server needs the second one.
const headStart = 250 * time.Millisecond

// A watchman is the state of a supervisor, in its own process.
type watchman struct {
	events   *json.Encoder
	commands chan command // closed when the owner has ended
	signals  chan os.Signal
	deaths   chan death // closed when no process is left
	first    []int      // running processes of the order

	mu     sync.Mutex   // held while a child is reaped, and while signals are sent
	reaped map[int]bool // processes that were reaped, and whose end was not handled yet

	labels   map[int]string
	started  int
	ready    bool
	addr     string // address of the target
	stopping bool
	killing  bool
	groups   <-chan time.Time // the head start is over
	deadline <-chan time.Time
	tree     *usage.Tree
}

type death struct {
	pid    int
	status syscall.WaitStatus
}

// keep is the main function of a supervisor: it starts the order's processes, reaps
// all descendants, and returns when none is left.
func keep() int {
	// PR_SET_PDEATHSIG fires when the forking thread ends, so fork from one that
	// stays.
	runtime.LockOSThread()
	for _, fd := range []int{ordersFD, eventsFD, socketFD} {
		syscall.CloseOnExec(fd)
	}
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		fmt.Fprintln(os.Stderr, "become the reaper of the target's processes:", err)
		return 1
	}
	orders, events := json.NewDecoder(os.NewFile(ordersFD, "orders")), json.NewEncoder(os.NewFile(eventsFD, "events"))
	var o order
	if err := orders.Decode(&o); err != nil {
		return 1 // the owner has ended already
	}
	if len(o.Hold) > 0 {
		return hold(o, orders, events)
	}
	if o.Guard {
		return watch(orders, events)
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	commands := make(chan command)
	go listen(orders, commands)
	for next := &o; next != nil; next = following(commands, signals) {
		w := &watchman{events: events, commands: commands, signals: signals, deaths: make(chan death), labels: map[int]string{}, reaped: map[int]bool{}}
		if err := w.begin(*next); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		w.awaitKnown()
		go w.reap()
		w.serve()
		os.Stdout.WriteString(next.Mark)
		events.Encode(event{Over: true})
		if next.Mark == "" || w.commands == nil {
			return 0
		}
	}
	return 0
}

// following returns the next order, or nil if there is none.
func following(commands <-chan command, signals <-chan os.Signal) *order {
	for {
		select {
		case c, ok := <-commands:
			if !ok || c.Next != nil {
				return c.Next
			}
		case <-signals:
			return nil
		}
	}
}

// begin starts the processes of an order, all or none.
func (w *watchman) begin(o order) (err error) {
	if w.tree, err = usage.NewTree(func() []int { return []int{-os.Getpid()} }); err != nil {
		return err
	}
	if err := usage.PinSelf(o.CPUs); err != nil { // its children inherit the CPUs
		return err
	}
	null, err := os.Open(os.DevNull)
	if err != nil {
		return err
	}
	defer null.Close()
	for i, p := range o.Processes {
		pid, err := fork(p, null.Fd())
		if err != nil {
			w.killing = true
			errno, _ := errors.AsType[syscall.Errno](err)
			w.events.Encode(event{Failed: &startFailure{Index: i, Errno: errno, Path: p.Path}})
			w.kill()
			return nil
		}
		w.first = append(w.first, pid)
		w.labels[pid] = p.Label
	}
	w.started = len(w.first)
	return w.events.Encode(event{Started: w.first})
}

// awaitKnown waits until the owner knows the processes that were started: until they are
// reaped, their numbers are no others'.
func (w *watchman) awaitKnown() {
	if w.started == 0 {
		return
	}
	if _, ok := <-w.commands; !ok {
		w.commands = nil
		w.kill()
	}
}

// fork starts one process as the leader of a new group.
func fork(p process, stdin uintptr) (int, error) {
	if p.Socket {
		stdin = socketFD
	}
	return syscall.ForkExec(p.Path, p.Args, &syscall.ProcAttr{
		Dir: p.Dir, Env: p.Env, Files: []uintptr{stdin, 1, 2},
		Sys: &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL},
	})
}

// listen reads commands.
func listen(orders *json.Decoder, commands chan<- command) {
	defer close(commands)
	for {
		var c command
		if orders.Decode(&c) != nil {
			return
		}
		commands <- c
	}
}

// serve handles commands, ends of processes and signals until no process is left.
func (w *watchman) serve() {
	for {
		select {
		case c, ok := <-w.commands:
			if !ok {
				w.commands = nil
				w.kill()
			}
			w.obey(c)
		case d, ok := <-w.deaths:
			if !ok {
				return
			}
			w.bury(d)
		case <-w.signals:
			w.kill()
		case <-w.groups:
			w.terminate(-1)
		case <-w.deadline:
			w.kill()
		}
	}
}

func (w *watchman) obey(c command) {
	if c.Ready {
		w.ready, w.addr = true, c.Addr
	}
	if c.Ready && len(w.first) < w.started && (w.started > 1 || w.addr == "") {
		w.wrapUp(leftoverGrace)
	}
	if !c.Stop || w.stopping {
		return
	}
	w.stopping = true
	w.deadline, w.groups = time.After(time.Duration(c.Grace)), time.After(min(headStart, time.Duration(c.Grace)/2))
	w.terminate(1)
	if len(w.first) == 0 { // the target went into the background
		w.signal(syscall.SIGTERM)
	}
}

// bury handles the end of a process. The end of a first process is the end of the
// target, so the others are ended too. But if a single one exits with status 0
// during the start, or leaves processes that serve, it has put the target into the
// background.
func (w *watchman) bury(d death) {
	if w.killing {
		w.kill() // processes may have been forked since
	}
	w.buried(d.pid)
	i := slices.Index(w.first, d.pid)
	if i < 0 {
		return
	}
	w.first = slices.Delete(w.first, i, i+1)
	w.events.Encode(event{Ended: labelled(describe(d.status), w.labels[d.pid])})
	well := d.status.Exited() && d.status.ExitStatus() == 0
	if w.started == 1 && !w.stopping && well && (!w.ready || w.serves()) {
		return
	}
	if !w.stopping || len(w.first) == 0 {
		w.wrapUp(leftoverGrace)
	}
}

// serves reports whether a remaining process listens at the target's address: a
// launcher may wait for its server before it ends.
func (w *watchman) serves() bool {
	return w.addr != "" && len(listeners(portOf(w.addr))) > 0 && ours(w.addr, []int{-os.Getpid()})
}

// wrapUp sends SIGTERM to all remaining processes, and SIGKILL after grace.
func (w *watchman) wrapUp(grace time.Duration) {
	if !w.killing {
		w.signal(syscall.SIGTERM)
		w.deadline = time.After(grace)
	}
}

// kill kills all processes now, and again after each end of a process: a child that
// was forked meanwhile is adopted after the end of its parent, and found then.
func (w *watchman) kill() {
	w.killing = true
	w.signal(syscall.SIGKILL)
}

// describe formats the status of a process, as os.ProcessState does.
func describe(s syscall.WaitStatus) string {
	if s.Signaled() {
		text := "signal: " + s.Signal().String()
		if s.CoreDump() {
			text += " (core dumped)"
		}
		return text
	}
	return fmt.Sprintf("exit status %d", s.ExitStatus())
}
