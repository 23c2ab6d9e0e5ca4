package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A command starts a server.
type command struct {
	args            []string
	listen, pidFlag string // names of flags
	last            []string
	env             []string
}

// A server is a server with its sockets and files.
type server struct {
	command
	dir     string
	addr    string
	visited string // where visitors go: addr, or that of a gateway before the server
	file    *os.File
	pidFile string
	log     *os.File
	running *exec.Cmd
	pid     int
	beside  *server
}

// start starts a server on a free port. With held, the study keeps the socket open.
func (s *study) start(ctx context.Context, c command, held bool) (*server, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	defer l.Close()
	srv := &server{command: c, addr: l.Addr().String(), visited: l.Addr().String()}
	if srv.dir, err = os.MkdirTemp(s.dir, "server-"); err != nil {
		return nil, err
	}
	srv.pidFile = srv.dir + "/pid"
	if held {
		srv.file, err = l.(*net.TCPListener).File()
	} else {
		err = l.Close()
	}
	if err == nil {
		srv.log, err = os.Create(srv.dir + "/log")
	}
	if err != nil {
		return nil, err
	}
	return srv, srv.launch(ctx)
}

// launch starts the process, and waits until it serves.
func (s *server) launch(ctx context.Context) error {
	args := append(slices.Clone(s.args[1:]), s.pidFlag, s.pidFile)
	if s.file == nil {
		args = append(args, s.listen, s.addr)
	}
	s.running = exec.Command(s.args[0], append(args, s.last...)...)
	s.running.Env = append(os.Environ(), s.env...)
	s.running.Stdout, s.running.Stderr = s.log, s.log
	s.running.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if s.file != nil {
		s.running.ExtraFiles = []*os.File{s.file}
		s.running.Env = append(s.running.Env, "LISTEN_FDS=1")
	}
	if err := s.running.Start(); err != nil {
		return err
	}
	return s.await(ctx)
}

// await waits until the PID file names another process than before.
func (s *server) await(ctx context.Context) error {
	limited, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		b, _ := os.ReadFile(s.pidFile)
		if pid, err := strconv.Atoi(strings.TrimSpace(string(b))); err == nil && pid != s.pid {
			s.pid = pid
			return nil
		}
		if sleep(limited, 2*time.Millisecond) != nil {
			return fmt.Errorf("the server is not ready after a minute:\n%s", s.messages(""))
		}
	}
}

// restart replaces the process. A held socket stays open; meanwhile, visitors wait.
func (s *server) restart(ctx context.Context) error {
	if s.file == nil {
		if err := syscall.Kill(s.pid, syscall.SIGUSR2); err != nil {
			return err
		}
		return s.await(ctx)
	}
	if err := errors.Join(s.running.Process.Signal(syscall.SIGTERM), s.running.Wait()); err != nil {
		return fmt.Errorf("%w\n%s", err, s.messages(""))
	}
	return s.launch(ctx)
}

// end ends all processes of the server.
func (s *server) end() {
	if s.beside != nil {
		s.beside.end()
	}
	syscall.Kill(s.pid, syscall.SIGTERM)
	s.running.Wait() // the first process, which may have been replaced
	time.AfterFunc(time.Second, func() { syscall.Kill(-s.running.Process.Pid, syscall.SIGKILL) })
	if trouble := s.messages("level=ERROR") + s.messages("level=WARN"); trouble != "" {
		fmt.Print(trouble)
	}
}

// messages returns the lines of the log that contain text.
func (s *server) messages(text string) (found string) {
	b, _ := os.ReadFile(s.log.Name())
	for line := range bytes.Lines(b) {
		if strings.Contains(string(line), text) {
			found += string(line)
		}
	}
	return found
}
