package watchdog

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
)

func init() {
	if len(os.Args) == 4 && os.Args[0] == Name {
		watch(parse(os.Args[1:]))
		os.Exit(0)
	}
}

// watch is the main function of a watchdog. Its standard input ends with its owner.
func watch(m mark) {
	signal.Ignore(os.Interrupt, syscall.SIGTERM, syscall.SIGHUP) // it ends after its owner
	io.Copy(io.Discard, os.Stdin)
	m.killAll()
}

// A Watchdog is the owner's view of a watchdog.
type Watchdog struct {
	cmd   *exec.Cmd
	owner io.Closer // its end is the owner's
	mark  mark
}

// Start starts a watchdog. All processes that this one starts later are marked, as long as it
// starts no other watchdog.
func Start() (*Watchdog, error) {
	w := &Watchdog{mark: newMark()}
	// /proc/self/exe is the running program, even if its file was replaced. A group of
	// its own keeps Ctrl-C from it.
	w.cmd = &exec.Cmd{Path: "/proc/self/exe", Args: append([]string{Name}, w.mark.arguments()...), Env: []string{"GOMAXPROCS=1"}, SysProcAttr: &syscall.SysProcAttr{Setpgid: true}}
	var err error
	if w.owner, err = w.cmd.StdinPipe(); err != nil {
		return nil, fmt.Errorf("make a pipe to a watchdog: %w", err)
	}
	if err := w.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start a watchdog: %w", err)
	}
	return w, nil
}

// Mark returns the variable, as NAME=VALUE, that marks a process as one to end. So does the
// limit that children of this process inherit.
func (w *Watchdog) Mark() []string { return []string{w.mark.variable} }

// Close ends the marked processes and the watchdog, and returns when they have ended.
func (w *Watchdog) Close() error { return errors.Join(w.owner.Close(), w.cmd.Wait()) }
