package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/classibench/classibench/persistent"
)

// large is the size in bytes of the answer that attackers do not read, and page of that which
// clients on slow lines read.
const (
	large = 30_000_000
	page  = 5_000_000
)

// A target is a server under attack.
type target struct {
	name    string
	attacks []attack
	start   func(ctx context.Context, s *study, addr string) error
}

var targets = []*target{
	{name: "serve cgi", attacks: append([]attack{unread}, slow...), start: startCGI},
	{name: "serve fastcgi", attacks: append([]attack{unread}, slow...), start: startFastCGI},
	{name: "persistent", attacks: append([]attack{unread}, slow...), start: startPersistent},
	{name: "classifieds", attacks: []attack{uploads, injection}, start: startClassifieds},
}

// serveApp serves a small answer, and large ones at /large and /page: over HTTP or FastCGI,
// as the flags say.
func serveApp() error {
	return persistent.Serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		size, big := map[string]int{"/large": large, "/page": page}[r.URL.Path]
		if !big {
			io.WriteString(w, "answer")
			return
		}
		b := make([]byte, 20_000)
		for range size / len(b) {
			if _, err := w.Write(b); err != nil {
				return
			}
		}
	}))
}

const script = `#!/bin/sh
printf 'Content-Type: text/plain\n\n'
case $PATH_INFO in
/large) exec head -c 30000000 /dev/zero ;;
/page) exec head -c 5000000 /dev/zero ;;
*) printf answer ;;
esac
`

func startCGI(ctx context.Context, s *study, addr string) error {
	path := filepath.Join(s.dir, "large.cgi")
	if err := os.WriteFile(path, []byte(script), 0o700); err != nil {
		return err
	}
	return s.launch(ctx, s.classibench, "serve", "cgi", "--listen", addr, path)
}

func startFastCGI(ctx context.Context, s *study, addr string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	socket := "unix:" + filepath.Join(s.dir, "app.sock")
	if err := s.launch(ctx, self, "app", "-fastcgi", "-listen", socket); err != nil {
		return err
	}
	return s.launch(ctx, s.classibench, "serve", "fastcgi", "--listen", addr, socket)
}

func startPersistent(ctx context.Context, s *study, addr string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	return s.launch(ctx, self, "app", "-listen", addr)
}

func startClassifieds(ctx context.Context, s *study, addr string) error {
	db := filepath.Join(s.dir, "ads.db")
	init := exec.CommandContext(ctx, s.classibench, "initdb", db)
	init.Stderr = os.Stderr
	if err := init.Run(); err != nil {
		return fmt.Errorf("make the data: %w", err)
	}
	return s.launch(ctx, "env", "CLASSIFIEDS_DB="+db, s.server, "-listen", addr)
}

// launch starts a program that ends with this one, and whose output goes to a file.
func (s *study) launch(ctx context.Context, name string, args ...string) error {
	log, err := os.OpenFile(filepath.Join(s.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 20 * time.Second
	if err := cmd.Start(); err != nil {
		return err
	}
	s.running.Go(func() { cmd.Wait() }) // its status is that of the signal
	s.pid = cmd.Process.Pid
	return nil
}

// freeAddr returns an address of the loopback interface that no program listens on.
func freeAddr() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

// await waits until addr accepts connections.
func await(ctx context.Context, addr string) error {
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		c, err := net.Dial("tcp", addr)
		if err == nil {
			return c.Close()
		}
		if ctx.Err() != nil || time.Now().After(deadline) {
			return err
		}
	}
}
