package target

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"syscall"
	"time"

	"github.com/classibench/classibench/bench/usage"
	"golang.org/x/sys/unix"
)

// A program that imports this package turns into a supervisor when it is started
// under that name, before anything else of it runs. The name, unlike a
// variable of the environment, is not passed on to children.
func init() {
	if len(os.Args) == 1 && os.Args[0] == supervisorName {
		os.Exit(keep())
	}
}

// leftoverGrace is how long processes may take to end that are left when the
// first ones have ended.
const leftoverGrace = time.Second

// A watchman is a supervisor from within.
type watchman struct {
	events   *json.Encoder
	commands chan command // closed when the owner is gone
	deaths   chan death   // closed when nobody is left
	first    []int        // the processes of the order that have not ended
	started  int
	ready    bool
	addr     string // where the target listens
	stopping bool
	killing  bool
	deadline <-chan time.Time
	tree     *usage.Tree
}

type death struct {
	pid    int
	status syscall.WaitStatus
}

// keep is the life of a supervisor: run the order, reap everybody, see to it that
// nobody is left in the end.
func keep() int {
	// PR_SET_PDEATHSIG fires when the thread that forked ends: fork from one
	// that stays.
	runtime.LockOSThread()
	for _, fd := range []int{ordersFD, eventsFD, socketFD} {
		syscall.CloseOnExec(fd)
	}
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		fmt.Fprintln(os.Stderr, "become the reaper of the target's processes:", err)
		return 1
	}
	orders := json.NewDecoder(os.NewFile(ordersFD, "orders"))
	w := &watchman{
		events:   json.NewEncoder(os.NewFile(eventsFD, "events")),
		commands: make(chan command), deaths: make(chan death),
	}
	var o order
	if err := orders.Decode(&o); err != nil {
		return 1 // the owner is gone already
	}
	if len(o.Hold) > 0 {
		return hold(o, orders, w.events)
	}
	if err := w.begin(o); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	go w.reap()
	go w.listen(orders)
	w.serve()
	w.events.Encode(event{Over: true})
	return 0
}

// begin runs the processes of an order, all of them or none.
func (w *watchman) begin(o order) (err error) {
	if w.tree, err = usage.NewTree(func() []int { return []int{-os.Getpid()} }); err != nil {
		return err
	}
	if err := usage.PinSelf(o.CPUs); err != nil { // what it starts inherits that
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
	}
	w.started = len(w.first)
	return w.events.Encode(event{Started: w.first})
}

// fork starts one process, the head of a group of its own.
func fork(p process, stdin uintptr) (int, error) {
	if p.Socket {
		stdin = socketFD
	}
	return syscall.ForkExec(p.Path, p.Args, &syscall.ProcAttr{
		Dir: p.Dir, Env: p.Env, Files: []uintptr{stdin, 1, 2},
		Sys: &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL},
	})
}

// reap waits for all children, those included that were adopted, until there
// are none.
func (w *watchman) reap() {
	defer close(w.deaths)
	for {
		var d death
		var err error
		d.pid, err = syscall.Wait4(-1, &d.status, 0, nil)
		switch {
		case err == syscall.EINTR:
		case err != nil:
			return
		default:
			w.deaths <- d
		}
	}
}

// listen passes commands on.
func (w *watchman) listen(orders *json.Decoder) {
	defer close(w.commands)
	for {
		var c command
		if orders.Decode(&c) != nil {
			return
		}
		w.commands <- c
	}
}

// serve does what comes up until nobody is left.
func (w *watchman) serve() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
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
		case <-signals:
			w.kill()
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
	w.deadline = time.After(time.Duration(c.Grace))
	for _, pid := range w.first {
		syscall.Kill(-pid, syscall.SIGTERM)
	}
	if len(w.first) == 0 { // it went into the background
		w.signal(syscall.SIGTERM)
	}
}

// bury takes note of a death. When one of the first processes has ended, the
// target has, and the others follow; but a single one that ends well while the
// target starts, or leaves others to serve, has put it into the background.
func (w *watchman) bury(d death) {
	if w.killing {
		w.kill() // somebody may have been born since
	}
	i := slices.Index(w.first, d.pid)
	if i < 0 {
		return
	}
	w.first = slices.Delete(w.first, i, i+1)
	w.events.Encode(event{Ended: describe(d.status)})
	well := d.status.Exited() && d.status.ExitStatus() == 0
	if w.started == 1 && !w.stopping && well && (!w.ready || w.serves()) {
		return
	}
	if !w.stopping || len(w.first) == 0 {
		w.wrapUp(leftoverGrace)
	}
}

// serves reports whether one of those who are left listens at the target's address: a
// launcher may wait for its server before it ends.
func (w *watchman) serves() bool {
	return w.addr != "" && len(listeners(portOf(w.addr))) > 0 && ours(w.addr, []int{-os.Getpid()})
}

// wrapUp asks all who are left to end, and kills them soon after.
func (w *watchman) wrapUp(grace time.Duration) {
	if !w.killing {
		w.signal(syscall.SIGTERM)
		w.deadline = time.After(grace)
	}
}

// kill ends everybody, now and as often as somebody dies: a child that was born
// meanwhile is adopted when its parent is dead, and found then.
func (w *watchman) kill() {
	w.killing = true
	w.signal(syscall.SIGKILL)
}

func (w *watchman) signal(s syscall.Signal) {
	members, err := w.tree.Members()
	if err != nil {
		members = nil
		for _, pid := range w.first {
			members = append(members, -pid)
		}
	}
	for _, pid := range members {
		syscall.Kill(pid, s)
	}
}

// describe says how a process ended, as os.ProcessState does.
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
