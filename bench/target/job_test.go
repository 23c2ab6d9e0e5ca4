//go:build linux

package target

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

func TestJob(t *testing.T) {
	for _, c := range []struct{ script, output, err string }{
		{"echo $A; pwd; echo $PWD", "b\n/\n/\n", ""},
		{"echo no >&2; exit 3", "no\n", "exit status 3"},
		{"kill -9 $$", "", "signal: killed"},
		{"sleep 1000 & echo started", "started\n", ""}, // ended with the job
	} {
		output, err := Job{Path: "/bin/sh", Args: []string{"-c", c.script}, Dir: "/", Env: []string{"A=b"}}.Run(t.Context())
		if got := errorText(err); output != c.output || got != c.err {
			t.Errorf("%q: got %q and %q, want %q and %q", c.script, output, got, c.output, c.err)
		}
	}
	if _, err := (Job{Path: "/none"}).Run(t.Context()); !errors.As(err, new(*StartError)) {
		t.Errorf("got %v, want a StartError", err)
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// A job that is canceled is interrupted first, as by Ctrl-C, with all of its group.
func TestACanceledJobIsInterrupted(t *testing.T) {
	dir := t.TempDir()
	const script = `trap 'rm work; exit 1' INT; touch work; echo > ready; while :; do sleep 0.01; done`
	ctx, cancel := context.WithCancel(t.Context())
	ready := fifo(t, filepath.Join(dir, "ready"))
	go func() { bufio.NewReader(ready).ReadString('\n'); cancel() }()
	if _, err := (Job{Path: "/bin/sh", Args: []string{"-c", script}, Dir: dir}).Run(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the context's error", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "work")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the job could not remove its file: %v", err)
	}
}

// fifo makes a pipe with a name, and opens it so that neither end waits for the other.
func fifo(t *testing.T, path string) *os.File {
	t.Helper()
	if err := exec.Command("mkfifo", path).Run(); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// jobOwner runs a job with a child, which writes the ids of both to a pipe.
func jobOwner(args []string) {
	script := "sleep 1000 & echo $$ $! > " + args[0] + "; wait"
	Job{Path: "/bin/sh", Args: []string{"-c", script}}.Run(context.Background())
}

// The processes of a job end when its owner is killed.
func TestAJobEndsWithItsOwner(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pids")
	pids := fifo(t, path)
	cmd := exec.Command(os.Args[0], path)
	cmd.Env = append(os.Environ(), roleKey+"=jobOwner")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()
	defer cmd.Process.Kill()
	line, err := bufio.NewReader(io.Reader(pids)).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	var all []int
	for field := range strings.FieldsSeq(line) {
		pid, err := strconv.Atoi(field)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, pid)
	}
	fds := handles(t, all)
	cmd.Process.Kill()
	wantEnded(t, fds, 10_000)
}

// The guard is a member of the job's group, so that the number of the group stays its own; the
// signals of a terminal do not end the guard. After the end, no signal is sent.
func TestAJobKeepsTheNumberOfItsGroup(t *testing.T) {
	dir := t.TempDir()
	ready, gate := fifo(t, filepath.Join(dir, "ready")), fifo(t, filepath.Join(dir, "gate"))
	j, err := startJob(&exec.Cmd{Path: "/bin/sh", Args: []string{"sh", "-c", `trap 'echo interrupted > ready' INT; echo > ready; read a < gate; read a < gate`}, Dir: dir, Stdout: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(ready)
	lines.ReadString('\n')
	if group, err := syscall.Getpgid(j.guard.cmd.Process.Pid); err != nil || group != j.cmd.Process.Pid {
		t.Errorf("the guard is in group %d (%v), want %d", group, err, j.cmd.Process.Pid)
	}
	j.interrupt()
	if line, _ := lines.ReadString('\n'); line != "interrupted\n" {
		t.Errorf("the job reports %q", line)
	}
	if group, err := syscall.Getpgid(j.guard.cmd.Process.Pid); err != nil || group != j.cmd.Process.Pid {
		t.Errorf("after the signal, the guard is in group %d (%v)", group, err)
	}
	io.WriteString(gate, "\n\n")
	<-j.ended
	if !j.reaped {
		t.Error("the job has ended, and its group may still get signals")
	}
}
