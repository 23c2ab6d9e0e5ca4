//go:build linux

package host

import (
	"os/exec"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// A group that got the number of an ended script's is not taken for that: it gets no signal, and
// the exit status of its leader is not taken from who waits for it.
func TestAStrangerWithTheNumber(t *testing.T) {
	for _, c := range []struct {
		name, program string
		ended         bool // and is not reaped
	}{
		{"runs", "read x", false},
		{"has a child", "sleep 1000 & read x", false},
		{"has ended", "exit 7", true},
		{"has ended, with a child", "sleep 1000 & exit 7", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			stranger := exec.Command("/bin/sh", "-c", c.program)
			stranger.SysProcAttr = groupAttr()
			in, err := stranger.StdinPipe()
			if err == nil {
				err = stranger.Start()
			}
			if err != nil {
				t.Fatal(err)
			}
			number := stranger.Process.Pid
			t.Cleanup(func() { syscall.Kill(-number, syscall.SIGKILL); in.Close(); stranger.Wait() })
			if c.ended {
				unix.Waitid(unix.P_PID, number, nil, unix.WEXITED|unix.WNOWAIT, nil)
			}
			l := &leftover{child: &process{pid: number}, quit: make(chan struct{})}
			ended := make(chan struct{})
			close(ended)
			limit := time.AfterFunc(10*time.Second, func() { close(l.quit) })
			l.watch(ended)
			if !limit.Stop() {
				t.Error("the group is taken for the script's")
			}
			endGroup(number)
			want := 7
			if !c.ended {
				want = -1
				stranger.Process.Kill()
			}
			if err := stranger.Wait(); stranger.ProcessState == nil {
				t.Fatalf("the stranger's exit status is lost: %v", err)
			}
			status, ok := stranger.ProcessState.Sys().(syscall.WaitStatus)
			if !ok || stranger.ProcessState.ExitCode() != want || want < 0 && status.Signal() != syscall.SIGKILL {
				t.Errorf("the stranger ended with %v", stranger.ProcessState)
			}
		})
	}
}
