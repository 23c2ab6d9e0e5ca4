package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/cgi"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/classibench/classibench/cgi/host"
	"github.com/classibench/classibench/internal/tune"
)

// serveRole is the first argument of a child that is one of the two hosts in Go.
const serveRole = "serve"

// serveRequested serves scripts below /NAME on standard input, a listening socket. Each
// host has the server that its users have: ours that of serve cgi, net/http/cgi that of
// net/http.
func serveRequested(which string, scripts []string) error {
	l, err := net.FileListener(os.Stdin)
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	for _, path := range scripts {
		url := "/" + filepath.Base(path)
		if which == ours {
			mux.Handle(url, &host.Handler{Path: path, ScriptName: url, Stderr: os.Stderr})
		} else {
			mux.Handle(url, &cgi.Handler{Path: path, Root: url})
		}
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	if which == ours {
		tune.Gateway()
		return host.Serve(ctx, l, mux)
	}
	srv := &http.Server{Handler: mux}
	context.AfterFunc(ctx, func() { srv.Close() })
	if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// A child is one of the two hosts in Go.
type child struct {
	cmd  *exec.Cmd
	addr string
}

// startChild starts a build of this program as a host.
func startChild(program, which string, scripts []string) (*child, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	defer l.Close()
	socket, err := l.(*net.TCPListener).File()
	if err != nil {
		return nil, err
	}
	defer socket.Close()
	c := &child{exec.Command(program, append([]string{serveRole, which}, scripts...)...), l.Addr().String()}
	c.cmd.Stdin, c.cmd.Stderr = socket, os.Stderr
	c.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	if err := c.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", which, err)
	}
	return c, nil
}

func (c *child) Stop() {
	c.cmd.Process.Signal(syscall.SIGTERM)
	c.cmd.Wait()
}
