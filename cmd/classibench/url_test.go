//go:build linux

package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/bench/usage"
	"golang.org/x/sys/unix"
)

const urlScenario = `name: hello
mix: [{name: hello, get: /, expect: {body: hello Ann}}]
capacity: {users: 2, budget: 20s, within: 1%%}
targets:
  - {name: started, kind: server, command: [%q, "{addr}"]}
  - {name: there, kind: url, url: "http://%s", pids: [%d]}
`

const watchedScenario = `name: load
mix: [{name: hello, get: /, expect: {body: hello Ann}}]
capacity: {users: 2, budget: 5s, within: 50%%}
replay: {stages: [{name: an hour, for: 4s, rate: 20 hits/s}]}
targets:
  - {name: started, kind: server, command: [%q, "{addr}"]}
  - {name: named, kind: url, url: "http://%s", pids: [%d]}
  - {name: unknown, kind: url, url: "http://%s"}
`

// TestURLTargetIsPinnedAndPutBack measures a server that is already running, interrupts the
// run, and checks the cores on which the server may run during and after it.
func TestURLTargetIsPinnedAndPutBack(t *testing.T) {
	if testing.Short() {
		t.Skip("measures for some seconds")
	}
	all := usage.CPUs()
	_, cores, _ := usage.Split(all)
	if cores == nil {
		cores = all
	}
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGKILL} {
		t.Run(signal.String(), func(t *testing.T) {
			hello, err := exec.LookPath("classibench-hello")
			if err != nil {
				t.Fatal(err)
			}
			addr, pid := launchHello(t, hello)
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "url.yaml"), fmt.Appendf(nil, urlScenario, hello, addr, pid), 0o600); err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command("classibench", "compare", "url.yaml", "--out", "report")
			cmd.Dir = dir
			wantAllowed(t, "before", pid, all)
			var family []int
			endAt(t, cmd, "capacity: ", func() {
				wantAllowed(t, "while it is measured", pid, cores)
				family = processHandles(t, cmd.Process.Pid)
				cmd.Process.Signal(signal)
			})
			awaitEnds(t, family)
			wantAllowed(t, "after "+signal.String(), pid, all)
			if signal == syscall.SIGKILL {
				return
			}
			b, err := os.ReadFile(filepath.Join(dir, "report", "result.json"))
			if want := "the processes of there, which were running already, are moved there"; len(all) > 1 && (err != nil || !strings.Contains(string(b), want)) {
				t.Errorf("the result does not contain %q: %v", want, err)
			}
		})
	}
}

// A server that runs already has its load in the report if its process is named. Of another, load
// and costs are unknown, not nothing.
func TestURLTargetHasItsLoad(t *testing.T) {
	if testing.Short() {
		t.Skip("measures for half a minute")
	}
	hello, err := exec.LookPath("classibench-hello")
	if err != nil {
		t.Fatal(err)
	}
	named, pid := launchHello(t, hello)
	unknown, _ := launchHello(t, hello)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "load.yaml"), fmt.Appendf(nil, watchedScenario, hello, named, pid, unknown), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("classibench", "compare", "load.yaml", "--out", "report")
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if exit, ok := errors.AsType[*exec.ExitError](err); err != nil && !(ok && exit.ExitCode() == exitInvalid) { // on a busy machine
		t.Fatalf("%v\n%s", err, out)
	}
	r, err := result.Read(filepath.Join(dir, "report", "result.json"))
	if err != nil {
		t.Fatal(err)
	}
	for name, known := range map[string]bool{"named": true, "unknown": false} {
		i := slices.IndexFunc(r.Replay.Trials, func(trial result.Trial) bool { return trial.Target == name })
		trial, cost := r.Replay.Trials[i], r.Costs[name].Total
		if trial.Load.Known() != known || trial.Load.CPU > 0 != known || (cost != nil) != known {
			t.Errorf("%s: load %+v, costs %+v; want them known: %v", name, trial.Load, cost, known)
		}
	}
	if why := r.Costs["unknown"].Missing[result.PartTotal]; !strings.Contains(why, "its processes are not known") || !strings.Contains(string(out), "its processes are not known") {
		t.Errorf("missing: %q; the report has to mention that load is unknown:\n%s", why, out)
	}
}

// launchHello starts a server that ends with the test.
func launchHello(t *testing.T, hello string) (addr string, pid int) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr = l.Addr().String()
	l.Close()
	cmd := exec.Command(hello, addr)
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	return addr, cmd.Process.Pid
}

// endAt runs a command until it ends, and calls do once, when it has printed a text.
func endAt(t *testing.T, cmd *exec.Cmd, says string, do func()) {
	t.Helper()
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	limit := time.AfterFunc(2*time.Minute, func() { cmd.Process.Kill() })
	defer limit.Stop()
	lines, said := bufio.NewScanner(stderr), ""
	for lines.Scan() && !strings.Contains(lines.Text(), says) {
		said += lines.Text() + "\n"
	}
	if !strings.Contains(lines.Text(), says) {
		t.Errorf("it never printed %q:\n%s", says, said)
	}
	do()
	io.Copy(io.Discard, stderr)
	cmd.Wait() // the signal has ended it
}

// processHandles returns handles of all processes of a tree, which stay valid if an ID is
// reused.
func processHandles(t *testing.T, root int) (fds []int) {
	t.Helper()
	tree, err := usage.NewTree(func() []int { return []int{root} })
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	pids, err := tree.Members()
	if err != nil {
		t.Fatal(err)
	}
	for _, pid := range pids {
		if fd, err := unix.PidfdOpen(pid, 0); err == nil {
			fds = append(fds, fd)
			t.Cleanup(func() { unix.Close(fd) })
		}
	}
	return fds
}

func awaitEnds(t *testing.T, fds []int) {
	t.Helper()
	for _, fd := range fds {
		if err := awaitEnd(fd, 20*time.Second); err != nil {
			t.Fatalf("a process of the tree has not ended: %v", err)
		}
	}
}

func allowed(t *testing.T, pid int) (cpus []int) {
	t.Helper()
	var set unix.CPUSet
	if err := unix.SchedGetaffinity(pid, &set); err != nil {
		t.Fatal(err)
	}
	for cpu := 0; len(cpus) < set.Count(); cpu++ {
		if set.IsSet(cpu) {
			cpus = append(cpus, cpu)
		}
	}
	return cpus
}

func wantAllowed(t *testing.T, when string, pid int, cpus []int) {
	t.Helper()
	if got := allowed(t, pid); !slices.Equal(got, cpus) {
		t.Errorf("%s, process %d may run on %v, want %v", when, pid, got, cpus)
	}
}
