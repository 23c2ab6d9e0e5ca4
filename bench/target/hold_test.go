//go:build linux

package target

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/classibench/classibench/bench/usage"
	"golang.org/x/sys/unix"
)

// wantOn checks that all processes of a tree may run on these CPUs and no others.
func wantOn(t *testing.T, r *Running, cpus []int) {
	t.Helper()
	for _, pid := range members(t, r) {
		var want, got unix.CPUSet
		for _, cpu := range cpus {
			want.Set(cpu)
		}
		if err := unix.SchedGetaffinity(pid, &got); err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Errorf("process %d may run on %d CPUs, want %v", pid, got.Count(), cpus)
		}
	}
}

// there returns a URL target for a running target.
func there(t *testing.T, r *Running) Target {
	t.Helper()
	all := usage.CPUs()
	return Target{Name: "there", Kind: URL, URL: r.URL(), PIDs: members(t, r)[:1], CPUs: all[len(all)-1:]}
}

func TestAURLIsKeptOnItsCPUs(t *testing.T) {
	r := start(t, self(t, "family", "{addr}"))
	target := there(t, r)
	target.PIDs = members(t, r) // including one that has lost its parent
	if err := target.Pinnable(); err != nil {
		t.Fatal(err)
	}
	wantOn(t, r, usage.CPUs())
	other, err := target.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	wantOn(t, r, target.CPUs)
	if err := other.Stop(); err != nil {
		t.Fatal(err)
	}
	wantOn(t, r, usage.CPUs())
}

// TestAURLIsPutBack ends the program that measures a URL target in every possible
// way: the CPUs must be restored.
func TestAURLIsPutBack(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGKILL, syscall.SIGINT, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			r := start(t, self(t, "server", "{addr}"))
			target := there(t, r)
			cmd := child("holder", r.URL(), strconv.Itoa(target.PIDs[0]), strconv.Itoa(target.CPUs[0]))
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			cmd.Stderr = os.Stderr
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			var supervisor int
			if err := json.NewDecoder(bufio.NewReader(out)).Decode(&supervisor); err != nil {
				t.Fatal(err)
			}
			wantOn(t, r, target.CPUs)
			fds := handles(t, []int{supervisor})
			cmd.Process.Signal(signal)
			cmd.Wait()
			wantEnded(t, fds, 10_000)
			wantOn(t, r, usage.CPUs())
		})
	}
}

// holderRole starts a URL target, writes the pid of its holder, and waits to be
// killed.
func holderRole(args []string) {
	pid, err := strconv.Atoi(args[1])
	must(err)
	cpu, err := strconv.Atoi(args[2])
	must(err)
	r, err := Target{Name: "there", Kind: URL, URL: args[0], PIDs: []int{pid}, CPUs: []int{cpu}}.Start(context.Background())
	must(err)
	must(json.NewEncoder(os.Stdout).Encode(r.holder.cmd.Process.Pid))
	forever()
}

func TestProcessesThatCannotBePinned(t *testing.T) {
	r := start(t, self(t, "server", "{addr}"))
	gone := exec.Command("/bin/true")
	if err := gone.Run(); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		pids []int
		want string
	}{
		"none":      {nil, "name them with pids"},
		"gone":      {[]int{gone.Process.Pid}, "there is no process"},
		"ourselves": {[]int{os.Getpid()}, "include this program"},
	} {
		t.Run(name, func(t *testing.T) {
			before, target := usage.CPUs(), there(t, r)
			target.PIDs = c.pids
			if err := target.Pinnable(); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want …%s…", err, c.want)
			}
			other, err := target.Start(t.Context())
			if c.pids == nil && err == nil { // it can be measured without pids, but not pinned
				err = other.Stop()
			} else if e, ok := errors.AsType[*StartError](err); !ok || e.Phase != PhasePin {
				t.Errorf("got %v, want an error of phase %s", err, PhasePin)
			} else {
				err = nil
			}
			if err != nil {
				t.Error(err)
			}
			if got := usage.CPUs(); !slices.Equal(got, before) {
				t.Errorf("this program was moved to %v", got)
			}
		})
	}
}
