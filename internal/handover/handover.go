// Package handover passes listening sockets from process to process, so that a
// restart refuses no connection: the sockets stay open, and connections that arrive
// meanwhile wait in their queues.
//
// A [Process] takes its sockets from a service manager, by the protocol of systemd
// (sd_listen_fds(3)), or opens them. At SIGUSR2 it starts its program again, passes
// the sockets by the same protocol, and stops serving once the successor is ready.
// Messages by sd_notify(3) tell a service manager which process is the main one.
package handover

import (
	"errors"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"strings"
	"sync"

	"github.com/classibench/classibench/internal/listen"
)

// Names of sockets. A service manager may give others to those of the site.
const (
	Site  = "site"
	Admin = "admin"
)

// A Process is this process: its listening sockets, and how it got them.
type Process struct {
	// PIDFile is the path of a file that gets the id of the process that serves; empty
	// is none.
	PIDFile string

	log     *slog.Logger
	dir     string // the working directory at the start
	passed  []socket
	serving []socket
	ready   *os.File       // reports to the predecessor; nil if there is none
	restart chan os.Signal // SIGUSR2

	watching   sync.WaitGroup // for signals, and to notify of the stop
	forwarding sync.WaitGroup // signals, to a successor
}

// A socket is a listening socket with its name.
type socket struct {
	name  string
	l     net.Listener
	owned bool // this program, not a service manager, made the file of a Unix socket
}

// New returns the process with the sockets that were passed to it. It removes the
// variables that name them from the environment, because they are not meant for child
// processes. From now on SIGUSR2 does not end the process. A socket that cannot be
// served on is an error.
func New(log *slog.Logger) (*Process, error) {
	p := &Process{log: log, restart: make(chan os.Signal, 1)}
	if len(restartSignals) > 0 { // without signals, Notify would take all
		signal.Notify(p.restart, restartSignals...)
	}
	var err error
	if p.dir, err = os.Getwd(); err != nil {
		log.Warn("the working directory is unknown: a successor starts in the same one", slog.Any("err", err))
	}
	return p, p.take()
}

// Has reports whether sockets were passed under a name. Those of the site are all that
// are not Admin.
func (p *Process) Has(name string) bool { return len(p.named(name)) > 0 }

// Successor reports whether this process takes over from another one.
func (p *Process) Successor() bool { return p.ready != nil }

func (p *Process) named(name string) (found []socket) {
	for _, s := range p.passed {
		if (s.name == Admin) == (name == Admin) {
			found = append(found, s)
		}
	}
	return found
}

// Listen returns the sockets that were passed under a name, as one listener. Without
// one, it listens on addr. flag is the flag that an error suggests for another address.
func (p *Process) Listen(name, addr, flag string) (net.Listener, error) {
	if found := p.named(name); len(found) > 0 {
		p.serving = append(p.serving, found...)
		return join(found), nil
	}
	l, err := listen.Listen(addr, flag)
	if err != nil {
		return nil, err
	}
	p.serving = append(p.serving, socket{name, l, true})
	return l, nil
}

func join(sockets []socket) net.Listener {
	all := make([]net.Listener, len(sockets))
	for i, s := range sockets {
		all[i] = s.l
	}
	return listen.Join(all...)
}

// Ready reports that the process serves: to its PID file, to its predecessor, which
// stops serving then, or to the service manager (READY=1).
func (p *Process) Ready() error {
	if err := p.writePID(); err != nil {
		return err
	}
	if p.ready == nil {
		p.notify("READY=1")
		return nil
	}
	_, err := io.WriteString(p.ready, ready)
	if err := errors.Join(err, p.ready.Close()); err != nil {
		p.log.Warn("the predecessor ended before this process was ready", slog.Any("err", err))
	}
	return nil
}

// ready is the message of a successor.
const ready = "R"

// Close closes what is left: sockets that no one asked for. It removes the PID file
// if it names this process.
func (p *Process) Close() error {
	p.watching.Wait()
	signal.Stop(p.restart)
	close(p.restart)
	p.forwarding.Wait()
	var err error
	for _, s := range p.passed {
		if e := s.l.Close(); !errors.Is(e, net.ErrClosed) {
			err = errors.Join(err, e)
		}
	}
	return errors.Join(err, p.removePID())
}

// names returns the names of sockets, as LISTEN_FDNAMES has them.
func names(all []socket) string {
	list := make([]string, len(all))
	for i, s := range all {
		list[i] = s.name
	}
	return strings.Join(list, ":")
}
