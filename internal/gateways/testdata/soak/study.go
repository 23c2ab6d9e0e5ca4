package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/classibench/classibench/bench/usage"
)

// A study is one run.
type study struct {
	command  string
	requests int
	clients  int
	timeout  time.Duration

	dir string
}

func (s *study) run(ctx context.Context) (err error) {
	if s.dir, err = os.MkdirTemp("", "classibench-soak-"); err != nil {
		return err
	}
	defer os.RemoveAll(s.dir)
	path := filepath.Join(s.dir, "script")
	if err := os.WriteFile(path, []byte(script), 0o755); err != nil {
		return err
	}
	fmt.Printf("%d requests to each gateway, %d clients, a tenth of each kind.\n", s.requests, s.clients)
	if err := s.soak(ctx, false, "cgi", path); err != nil {
		return err
	}
	return s.soak(ctx, true, "fastcgi", "unix:"+filepath.Join(s.dir, "program.sock"))
}

// soak starts a gateway, and sends it all requests.
func (s *study) soak(ctx context.Context, fast bool, args ...string) error {
	var pids []int
	if fast {
		p, err := s.start(exec.Command("/proc/self/exe", programRole, args[1]), `msg=listening addr=(\S+)`)
		if err != nil {
			return err
		}
		defer p.stop()
		pids = append(pids, p.cmd.Process.Pid)
	}
	limits := []string{"--listen", "127.0.0.1:0", "--timeout", s.timeout.String()}
	if !fast {
		limits = append(limits, "--processes", fmt.Sprint(s.clients))
	}
	words := append(append([]string{"serve", args[0]}, limits...), args[1])
	g, err := s.start(exec.Command(s.command, words...), `serving .* on http://(\S+)`)
	if err != nil {
		return err
	}
	defer g.stop()
	return s.measure(ctx, "serve "+args[0], g.addr, fast, append(pids, g.cmd.Process.Pid))
}

// measure reads what is held before and after the requests. The first requests let the
// gateway grow to its size at work.
func (s *study) measure(ctx context.Context, name, addr string, fast bool, pids []int) error {
	tree, err := usage.NewTree(func() []int { return pids })
	if err != nil {
		return err
	}
	defer tree.Close()
	s.send(ctx, addr, max(s.requests/20, 5*s.clients))
	before, err := s.settled(ctx, tree, len(pids))
	if err != nil {
		return err
	}
	began := time.Now()
	statuses := s.send(ctx, addr, s.requests)
	took := time.Since(began)
	after, err := s.settled(ctx, tree, len(pids))
	if err := errors.Join(err, ctx.Err()); err != nil {
		return err
	}
	return s.table(name, fast, statuses, before, after, took)
}

// send sends requests of all kinds in turn, and returns how often each kind got each
// status.
func (s *study) send(ctx context.Context, addr string, requests int) []map[int]int {
	statuses := make([]map[int]int, len(kinds))
	for i := range statuses {
		statuses[i] = map[int]int{}
	}
	var next atomic.Int64
	var all sync.WaitGroup
	var mu sync.Mutex
	for range s.clients {
		all.Go(func() {
			for n := next.Add(1) - 1; n < int64(requests) && ctx.Err() == nil; n = next.Add(1) - 1 {
				i := int(n) % len(kinds)
				status := kinds[i].talk(addr, kinds[i].name)
				mu.Lock()
				statuses[i][status]++
				mu.Unlock()
			}
		})
	}
	all.Wait()
	return statuses
}

// A process is a gateway or its program.
type process struct {
	cmd  *exec.Cmd
	addr string
	log  chan struct{} // closed at the end of its log
}

// start starts a command whose temporary files have a directory of their own, and waits
// for the line that names its address.
func (s *study) start(cmd *exec.Cmd, line string) (*process, error) {
	if err := os.MkdirAll(s.tmp(), 0o700); err != nil {
		return nil, err
	}
	cmd.Env = append(os.Environ(), "TMPDIR="+s.tmp())
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	stderr, err := cmd.StderrPipe()
	if err := errors.Join(err, cmd.Start()); err != nil {
		return nil, err
	}
	p := &process{cmd: cmd, log: make(chan struct{})}
	lines := bufio.NewReader(stderr)
	for p.addr == "" {
		text, err := lines.ReadString('\n')
		if found := regexp.MustCompile(line).FindStringSubmatch(text); found != nil {
			p.addr = found[1]
		} else if err != nil {
			cmd.Wait()
			return nil, fmt.Errorf("start %v: %q: %w", cmd.Args, text, err)
		}
	}
	go func() {
		defer close(p.log)
		io.Copy(io.Discard, lines)
	}()
	return p, nil
}

func (p *process) stop() {
	p.cmd.Process.Signal(syscall.SIGTERM)
	<-p.log
	p.cmd.Wait()
}

func (s *study) tmp() string { return filepath.Join(s.dir, "tmp") }
