package group

import (
	"bufio"
	"errors"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// A family is a shell that leads a group, and its child.
type family struct {
	*exec.Cmd
	*Group
	child int // a pidfd of it
}

// start starts a family. The leader ends when its standard input does, the child does not.
func start(t *testing.T) *family {
	t.Helper()
	f := &family{Cmd: exec.Command("/bin/sh", "-c", "sleep 1000 & echo $!; read end")}
	f.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	in, err := f.StdinPipe()
	out, oerr := f.StdoutPipe()
	if err := errors.Join(err, oerr, f.Start()); err != nil {
		t.Fatal(err)
	}
	if f.Group, err = Open(f.Process.Pid); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Group.Signal(syscall.SIGKILL); f.Group.Close(); in.Close(); f.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	if f.child, err = unix.PidfdOpen(number(t, line), 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(f.child) })
	return f
}

func number(t *testing.T, line string) (n int) {
	t.Helper()
	for _, c := range line[:len(line)-1] {
		n = 10*n + int(c-'0')
	}
	return n
}

// orphan ends the leader, and reaps it.
func (f *family) orphan(t *testing.T) {
	t.Helper()
	if err := f.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	f.Process.Wait()
}

// awaitEnd waits for the end of the child.
func (f *family) awaitEnd(t *testing.T) {
	t.Helper()
	for {
		n, err := unix.Poll([]unix.PollFd{{Fd: int32(f.child), Events: unix.POLLIN}}, int((20 * time.Second).Milliseconds()))
		if err == unix.EINTR {
			continue
		}
		if n != 1 {
			t.Errorf("the child goes on (%v)", err)
		}
		return
	}
}

// ways are how a kernel signals a group: with a single call, or one member after the other.
var ways = map[string]func(*Group) error{
	"at once":    func(g *Group) error { return g.Signal(syscall.SIGKILL) },
	"one by one": func(g *Group) error { return signalMembers(g.fd, g.leader, syscall.SIGKILL) },
}

// All members get the signal, also when the leader is gone.
func TestSignal(t *testing.T) {
	for name, kill := range ways {
		for _, led := range []bool{true, false} {
			f := start(t)
			if !led {
				f.orphan(t)
			}
			if err := kill(f.Group); err != nil {
				t.Errorf("%s, with a leader %v: %v", name, led, err)
			}
			f.awaitEnd(t)
			f.Process.Wait()
			if err := kill(f.Group); err != nil && !errors.Is(err, syscall.ESRCH) { // nil: the child is not reaped yet
				t.Errorf("%s: an empty group: got %v, want %v", name, err, syscall.ESRCH)
			}
		}
	}
}

// A group that has the number later gets no signal.
func TestAStrangerWithTheNumber(t *testing.T) {
	for name, kill := range ways {
		t.Run(name, func(t *testing.T) {
			stranger, gone := start(t), exec.Command("/bin/true")
			gone.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			if err := gone.Start(); err != nil {
				t.Fatal(err)
			}
			old, err := Open(gone.Process.Pid)
			if err != nil {
				t.Fatal(err)
			}
			defer old.Close()
			gone.Wait()
			old.leader = stranger.Process.Pid // as if the system had used the number again
			if err := kill(old); !errors.Is(err, syscall.ESRCH) {
				t.Errorf("got %v, want %v", err, syscall.ESRCH)
			}
			if err := unix.PidfdSendSignal(stranger.child, 0, nil, 0); err != nil {
				t.Errorf("the stranger's child: %v", err)
			}
			if state := stranger.ProcessState; state != nil {
				t.Errorf("the stranger: %v", state)
			}
		})
	}
}

// A child that was waited for has no group any more.
func TestSignalOfAChild(t *testing.T) {
	f := start(t)
	if err := Signal(f.Process, syscall.SIGKILL); err != nil {
		t.Error(err)
	}
	f.awaitEnd(t)
	f.Process.Wait()
	if err := Signal(f.Process, syscall.SIGKILL); !errors.Is(err, os.ErrProcessDone) {
		t.Errorf("got %v, want %v", err, os.ErrProcessDone)
	}
}
