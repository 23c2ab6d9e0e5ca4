package watchdog

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
)

func init() {
	if len(os.Args) == 2 && os.Args[0] == Name {
		watch(os.Args[1])
		os.Exit(0)
	}
}

// watch is the main function of a watchdog. Its standard input ends with its owner.
func watch(mark string) {
	signal.Ignore(os.Interrupt, syscall.SIGTERM, syscall.SIGHUP) // it ends after its owner
	io.Copy(io.Discard, os.Stdin)
	killAll(mark)
}

// A Watchdog is the owner's view of a watchdog.
type Watchdog struct {
	cmd   *exec.Cmd
	owner io.Closer // its end is the owner's
	mark  string
}

// Start starts a watchdog.
func Start() (*Watchdog, error) {
	w := &Watchdog{mark: variable + "=" + rand.Text()}
	// /proc/self/exe is the running program, even if its file was replaced. A group of
	// its own keeps Ctrl-C from it.
	w.cmd = &exec.Cmd{Path: "/proc/self/exe", Args: []string{Name, w.mark}, Env: []string{"GOMAXPROCS=1"}, SysProcAttr: &syscall.SysProcAttr{Setpgid: true}}
	var err error
	if w.owner, err = w.cmd.StdinPipe(); err != nil {
		return nil, fmt.Errorf("make a pipe to a watchdog: %w", err)
	}
	if err := w.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start a watchdog: %w", err)
	}
	return w, nil
}

// Mark returns the variable, as NAME=VALUE, that marks a process as one to end.
func (w *Watchdog) Mark() []string { return []string{w.mark} }

// Close ends the marked processes and the watchdog, and returns when they have ended.
func (w *Watchdog) Close() error { return errors.Join(w.owner.Close(), w.cmd.Wait()) }
