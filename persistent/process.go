package persistent

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	"github.com/classibench/classibench/internal/handover"
)

// serveProcess serves h on the sockets of the process until a signal.
func (s *settings) serveProcess(p *handover.Process, h http.Handler) error {
	if site, ok := h.(interface{ Start() error }); ok {
		if err := site.Start(); err != nil {
			return err
		}
	}
	surviveUnreadLogs()
	signals, stop := signal.NotifyContext(context.Background(), ends()...)
	context.AfterFunc(signals, stop) // after the first signal, the next one ends the process
	defer stop()
	l, err := s.siteListener(p)
	if err != nil {
		return err
	}
	admin, err := s.processAdmin(p)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	if err := p.Ready(); err != nil {
		return errors.Join(err, l.Close(), closeAdmin(admin))
	}
	return s.serve(p.Context(signals), l, admin, h)
}

// surviveUnreadLogs lets a write to a log that nobody reads fail, as when the program behind a
// pipe has ended. By default, it ends the process, and with it the requests in flight. A handler,
// unlike an ignored signal, is not inherited by programs that this one starts.
func surviveUnreadLogs() { signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) }

// ends returns the signals that stop a server. SIGHUP is sent when its terminal is closed, and
// nohup(1) ignores it.
func ends() []os.Signal {
	if signal.Ignored(syscall.SIGHUP) {
		return []os.Signal{os.Interrupt, syscall.SIGTERM}
	}
	return []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}
}

// siteListener returns the listener of the site: the sockets that were passed, the
// address that was set, standard input, or the default address.
func (s *settings) siteListener(p *handover.Process) (net.Listener, error) {
	if s.listens || p.Has(handover.Site) || !Inherited() {
		return p.Listen(handover.Site, s.addr(), "-listen")
	}
	l, err := net.FileListener(os.Stdin) // a successor inherits it like this process
	if err != nil {
		return nil, fmt.Errorf("listen on standard input: %w", err)
	}
	s.FastCGI = s.FastCGI || !s.protocol
	return l, nil
}

// processAdmin returns the listener of the admin address: a socket that was passed, or
// the address that was set; nil without either.
func (s *settings) processAdmin(p *handover.Process) (net.Listener, error) {
	if s.Admin == "" && !p.Has(handover.Admin) {
		return nil, nil
	}
	l, err := p.Listen(handover.Admin, s.Admin, "-admin")
	return s.checkAdmin(l, err)
}
