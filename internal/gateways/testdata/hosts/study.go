package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"time"

	"github.com/classibench/classibench/bench/usage"
	"github.com/classibench/classibench/internal/gateways"
)

// ours is the name of our host; the others are compared with it.
const ours = "our host"

// cgid is Apache with a daemon that ignores SIGCHLD, so that the kernel adds the CPU time
// of its scripts to no process.
const cgid = "Apache mod_cgid"

// A script is a program that all hosts run.
type script struct {
	name   string
	sized  bool // it states its length, so that a host can send its answer before it ends
	source string
	build  []string // the command that builds it; the names of the program and its source follow
}

// The scripts are built as an expert would: without cgo and symbols, and statically. With
// the one in C, most of the time of a request is that of the host.
var scripts = []script{
	{"least", false, "./cgi/classifieds/testdata/ok", []string{"go", "build", "-ldflags", "-s -w", "-o"}},
	{"sized", true, "./cgi/host/testdata/sized", []string{"go", "build", "-ldflags", "-s -w", "-o"}},
	{"sized-in-c", true, "./cgi/host/testdata/c/sized.c", []string{"cc", "-O2", "-static", "-nostartfiles", "-s", "-o"}},
}

// A served is one of the hosts.
type served struct {
	name string
	urls map[string]string // by script
	tree *usage.Tree
}

// A study is one run.
type study struct {
	quads    int
	turn     time.Duration
	clients  int
	against  *regexp.Regexp // names of the hosts to compare with
	programs *regexp.Regexp // names of the scripts to compare with
	before   string         // another build of this program, or ""

	hosts []served
	stop  []func()
}

func (s *study) run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "classibench-hosts-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o755); err != nil {
		return err
	}
	if err := build(ctx, dir); err != nil {
		return err
	}
	defer func() {
		for _, stop := range s.stop {
			stop()
		}
	}()
	if err := s.start(dir); err != nil {
		return err
	}
	return s.compareAll(ctx)
}

// build builds the scripts.
func build(ctx context.Context, dir string) error {
	for _, x := range scripts {
		cmd := exec.CommandContext(ctx, x.build[0], append(x.build[1:], filepath.Join(dir, x.name), x.source)...)
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("build %s: %w: %s", x.source, err, out)
		}
	}
	return nil
}

// start starts all hosts.
func (s *study) start(dir string) error {
	var paths []string
	for _, x := range scripts {
		paths = append(paths, filepath.Join(dir, x.name))
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	if err := errors.Join(s.startOurs(ours, self, ours, paths), s.startOurs("net/http/cgi", self, "net/http/cgi", paths)); err != nil {
		return err
	}
	if s.before != "" {
		if err := s.startOurs("before", s.before, ours, paths); err != nil {
			return err
		}
	}
	return s.startOthers(paths)
}

// startOurs starts a host in Go, of a build of this program.
func (s *study) startOurs(name, program, which string, paths []string) error {
	c, err := startChild(program, which, paths)
	if err != nil {
		return err
	}
	s.stop = append(s.stop, c.Stop)
	urls := map[string]string{}
	for _, x := range scripts {
		urls[x.name] = "http://" + c.addr + "/" + x.name
	}
	return s.add(name, urls, c.cmd.Process.Pid)
}

// startOthers starts the servers that are not in Go.
func (s *study) startOthers(paths []string) error {
	dir := filepath.Dir(paths[0])
	for name, start := range map[string]func(...*gateways.Site) (*gateways.Server, error){
		"lighttpd":                    func(sites ...*gateways.Site) (*gateways.Server, error) { return gateways.Lighttpd(dir, sites...) },
		"Apache mod_cgi":              func(sites ...*gateways.Site) (*gateways.Server, error) { return gateways.Apache(dir, "cgi", sites...) },
		"Apache mod_cgi, SCHED_BATCH": func(sites ...*gateways.Site) (*gateways.Server, error) { return gateways.ApacheBatch(dir, sites...) },
		cgid:                          func(sites ...*gateways.Site) (*gateways.Server, error) { return gateways.Apache(dir, "cgid", sites...) },
	} {
		var sites []*gateways.Site
		for i, x := range scripts {
			sites = append(sites, &gateways.Site{How: gateways.CGI, Path: "/" + x.name, Program: paths[i]})
		}
		server, err := start(sites...)
		if err != nil {
			return err
		}
		s.stop = append(s.stop, server.Stop)
		urls := map[string]string{}
		for i, x := range scripts {
			urls[x.name] = sites[i].URL()
		}
		if err := s.add(name, urls, server.Pid); err != nil {
			return err
		}
	}
	return nil
}

// add adds a host that is up.
func (s *study) add(name string, urls map[string]string, pid int) error {
	tree, err := usage.NewTree(func() []int { return []int{pid} })
	if err != nil {
		return err
	}
	s.hosts = append(s.hosts, served{name, urls, tree})
	s.stop = append(s.stop, func() { tree.Close() })
	return nil
}
