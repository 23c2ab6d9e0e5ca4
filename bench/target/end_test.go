//go:build linux

package target

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/classibench/classibench/bench/usage"
)

func TestStubbornProcessesAreKilled(t *testing.T) {
	target := self(t, "stubborn", "{addr}")
	target.StopTimeout = 50 * time.Millisecond
	r := start(t, target)
	fds := handles(t, members(t, r))
	if err := r.Stop(); err != nil {
		t.Fatal(err)
	}
	wantEnded(t, fds, 0)
}

// A server ends its workers itself: a signal from here could interrupt their clean-up.
func TestAMasterEndsItsWorkers(t *testing.T) {
	signalled := filepath.Join(t.TempDir(), "signalled")
	target := self(t, "master", "{addr}", signalled)
	target.StopTimeout = time.Minute
	r := start(t, target)
	fds, began := handles(t, members(t, r)), time.Now()
	if err := r.Stop(); err != nil {
		t.Fatal(err)
	}
	wantEnded(t, fds, 0)
	if _, err := os.Stat(signalled); err == nil && time.Since(began) < headStart {
		t.Error("the worker got SIGTERM, too")
	}
}

// A shell that waits for its server ends after that: its group gets SIGTERM soon.
func TestAWrapperEndsAfterItsServer(t *testing.T) {
	ended := filepath.Join(t.TempDir(), "ended")
	target := self(t, "server", "{addr}")
	target.Command = []string{"/bin/sh", "-c", `trap 'echo >"$2"; exit 0' TERM; "$0" "$1"; exit 1`, target.Command[0], "{addr}", ended}
	target.StopTimeout = time.Minute
	r := start(t, target)
	fds := handles(t, members(t, r))
	if err := r.Stop(); err != nil {
		t.Fatal(err)
	}
	wantEnded(t, fds, 0)
	if _, err := os.Stat(ended); err != nil {
		t.Errorf("the shell was killed before it had ended: %v", err)
	}
}

func TestTheEndOfTheContextStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	r, err := self(t, "server", "{addr}").Start(ctx)
	if err != nil {
		t.Fatal(err)
	}
	fds := handles(t, members(t, r))
	cancel()
	receive(t, r.Done())
	wantEnded(t, fds, 0)
	if err := errors.Join(r.Err(), r.Stop()); err != nil {
		t.Errorf("got %v, want a stop without error", err)
	}
}

func TestTheEndOfTheContextWhileItStarts(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	target := self(t, "silent", "{addr}")
	target.Log = logFunc(func(string) {})
	time.AfterFunc(50*time.Millisecond, cancel)
	r, err := target.Start(ctx)
	if r != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, %v; want the context's error", r, err)
	}
}

// owner starts a target, writes the pids of its processes, and waits to be killed.
func owner(args []string) {
	t := Target{Name: "family", Kind: Server, Command: []string{"/proc/self/exe", "{addr}"}, Env: []string{roleKey + "=family"}}
	path, err := os.Executable()
	must(err)
	t.Command[0] = path
	r, err := t.Start(context.Background())
	must(err)
	tree, err := usage.NewTree(r.Roots)
	must(err)
	pids, err := tree.Members()
	must(err)
	must(json.NewEncoder(os.Stdout).Encode(append(pids, -r.Roots()[0])))
	forever()
}

func TestAnOwnerThatIsKilledLeavesNoProcess(t *testing.T) {
	cmd := child("owner")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var pids []int
	if err := json.NewDecoder(bufio.NewReader(out)).Decode(&pids); err != nil {
		t.Fatal(err)
	}
	if len(pids) != 6 {
		t.Errorf("got processes %v, want five and their supervisor", pids)
	}
	fds := handles(t, pids)
	cmd.Process.Kill()
	cmd.Wait()
	wantEnded(t, fds, 10_000)
}

func TestASupervisorThatIsKilledIsNoticed(t *testing.T) {
	r := start(t, self(t, "server", "{addr}"))
	fds := handles(t, members(t, r))
	syscall.Kill(-r.Roots()[0], syscall.SIGKILL)
	receive(t, r.Done())
	wantEnded(t, fds, 10_000)
	if err := r.Err(); err == nil || !strings.Contains(err.Error(), "loss of its supervisor") {
		t.Errorf("got %v, want the loss of the supervisor", err)
	}
}

// TestNothingIsLeftOverOfMany starts and stops a target many times, and compares
// the numbers of descriptors, goroutines and children before and after.
func TestNothingIsLeftOverOfMany(t *testing.T) {
	times := 100
	if testing.Short() {
		times = 20
	}
	target := self(t, "server", "{addr}")
	once := func() {
		r, err := target.Start(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Stop(); err != nil {
			t.Fatal(err)
		}
	}
	once()
	files, goroutines, children := inventory(t)
	for range times {
		once()
	}
	for deadline := time.Now().Add(5 * time.Second); ; runtime.Gosched() {
		f, g, c := inventory(t)
		if f <= files && g <= goroutines && c <= children {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("after %d starts: %d descriptors, %d goroutines, %d children; before: %d, %d, %d", times, f, g, c, files, goroutines, children)
		}
	}
}

func inventory(t *testing.T) (files, goroutines, children int) {
	t.Helper()
	fds, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	tree, err := usage.NewTree(func() []int { return []int{-os.Getpid()} })
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	pids, err := tree.Members()
	if err != nil {
		t.Fatal(err)
	}
	return len(fds), runtime.NumGoroutine(), len(pids)
}

// A launcher may end once its server answers.
func TestALauncherMayEndWhenItsServerIsUp(t *testing.T) {
	r := start(t, self(t, "launcher", "{addr}"))
	for deadline := time.Now().Add(10 * time.Second); len(members(t, r)) > 1; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the launcher did not end")
		}
	}
	select {
	case <-r.Done():
		t.Fatalf("the launcher's server was ended: %v", r.Err())
	case <-time.After(2 * leftoverGrace):
	}
	get(t, r.URL())
}

func TestProcessesLeftByAResetAreEnded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pid")
	pids := fifo(t, path)
	r := newRunning(Target{Name: "x", Reset: []string{"sh"}}, place{})
	if err := r.launch(t.Context(), order{Processes: []process{{Path: "/bin/sh", Args: []string{"sh", "-c", "/bin/sleep 60 & echo $$ > " + path}}}}, nil); err != nil {
		t.Fatal(err)
	}
	var shell int
	if _, err := fmt.Fscan(pids, &shell); err != nil {
		t.Fatal(err)
	}
	awaitReaped(t, shell) // it ends before the supervisor knows its address
	r.supervisor.ready("")
	if err := r.finish(t.Context(), 5*time.Second); err != nil {
		t.Error(err)
	}
}

// awaitReaped waits until another process has reaped a process.
func awaitReaped(t *testing.T, pid int) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); syscall.Kill(pid, 0) != syscall.ESRCH; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("process %d was not reaped", pid)
		}
	}
}
