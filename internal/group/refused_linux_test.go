package group_test

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
	"testing"

	"github.com/classibench/classibench/internal/group"
	"github.com/classibench/classibench/internal/group/grouptest"
)

// A system without pidfds has its groups by their numbers.
func TestWithoutPidfds(t *testing.T) {
	if grouptest.WithoutPidfds(t) {
		return
	}
	for name, kill := range map[string]func(*group.Group, *os.Process) error{
		"a group":    func(g *group.Group, _ *os.Process) error { return g.Signal(syscall.SIGKILL) },
		"of a child": func(_ *group.Group, p *os.Process) error { return group.Signal(p, syscall.SIGKILL) },
	} {
		t.Run(name, func(t *testing.T) {
			cmd := exec.Command("/bin/sh", "-c", "sleep 1000 & wait")
			cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			out, err := cmd.StdoutPipe() // both hold it
			if err := errors.Join(err, cmd.Start()); err != nil {
				t.Fatal(err)
			}
			defer cmd.Process.Kill()
			g, err := group.Open(cmd.Process.Pid)
			if err != nil {
				t.Fatal(err)
			}
			if err := kill(g, cmd.Process); err != nil {
				t.Error(err)
			}
			out.Read(make([]byte, 1)) // the end of both
			cmd.Wait()
			if err := g.Close(); err != nil {
				t.Error(err)
			}
			if err := group.Signal(cmd.Process, syscall.SIGKILL); !errors.Is(err, os.ErrProcessDone) {
				t.Errorf("after Wait: got %v, want %v", err, os.ErrProcessDone)
			}
		})
	}
}
