//go:build linux

package usage

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// wantOn checks that all threads of a process may run on these CPUs and no others.
func wantOn(t *testing.T, what string, pid int, cpus []int) {
	t.Helper()
	threads, err := threadsOf(pid, make([]byte, 4096))
	if err != nil || len(threads) == 0 {
		t.Fatalf("%s: %d threads, %v", what, len(threads), err)
	}
	for _, thread := range threads {
		var set unix.CPUSet
		if err := unix.SchedGetaffinity(thread.id, &set); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if got := listOf(set); !slices.Equal(got, cpus) {
			t.Errorf("%s: thread %d may run on %v, want %v", what, thread.id, got, cpus)
		}
	}
}

// TestPinTree pins a process with its threads and children, one of which has other
// CPUs, and releases them. Meanwhile, one child is started and another program
// moves one.
func TestPinTree(t *testing.T) {
	all := CPUs()
	first, last := all[:1], all[len(all)-1:]
	root, _, in, out := child(t, "spawner")
	spawn := func() int {
		fmt.Fprintln(in)
		pid, err := strconv.Atoi(firstWord(t, out))
		if err != nil {
			t.Fatal(err)
		}
		return pid
	}
	plain, own, moved := spawn(), spawn(), spawn()
	if err := pinAll(own, first); err != nil {
		t.Fatal(err)
	}
	pin, err := PinTree(last, root)
	if err != nil {
		t.Fatal(err)
	}
	born := spawn()
	for what, pid := range map[string]int{"root": root, "child": plain, "child with a CPU of its own": own, "child born meanwhile": born} {
		wantOn(t, what+", pinned", pid, last)
	}
	if err := pinAll(moved, first); err != nil {
		t.Fatal(err)
	}
	if err := pin.Release(); err != nil {
		t.Fatal(err)
	}
	for what, pid := range map[string]int{"root": root, "child": plain, "child born meanwhile": born} {
		wantOn(t, what+", released", pid, all)
	}
	wantOn(t, "child with a CPU of its own, released", own, first)
	wantOn(t, "child that another program moved, released", moved, first)
}

// TestStrays expects the child that chose other CPUs, and no child that chose
// fewer.
func TestStrays(t *testing.T) {
	all := CPUs()
	if len(all) < 2 {
		t.Skip("needs two CPUs")
	}
	first, last := all[:1], all[len(all)-1:]
	root, _, in, out := child(t, "spawner")
	fmt.Fprintln(in)
	stray, err := strconv.Atoi(firstWord(t, out))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(pinAll(root, last), pinAll(stray, last)); err != nil {
		t.Fatal(err)
	}
	for _, allowed := range [][]int{nil, last, all} {
		if got, err := Strays(allowed, root); err != nil || len(got) > 0 {
			t.Errorf("on %v: got %v, %v; want none", allowed, got, err)
		}
	}
	if err := pinAll(stray, first); err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("process %d (%s) may run on CPU %d", stray, commandOf(stray), first[0])
	if got, err := Strays(last, root); err != nil || !slices.Equal(got, []string{want}) {
		t.Errorf("got %v, %v; want %q", got, err, want)
	}
}

// pinAll sets the CPUs of all threads of a process, as taskset -a does.
func pinAll(pid int, cpus []int) error {
	threads, err := threadsOf(pid, make([]byte, 4096))
	for _, thread := range threads {
		err = errors.Join(err, pin(thread.id, cpus))
	}
	return err
}

// TestPinTreeTwice pins the same tree twice, and releases the pins in either order:
// at the end the CPUs must be as before.
func TestPinTreeTwice(t *testing.T) {
	all := CPUs()
	last := all[len(all)-1:]
	for _, order := range [][]int{{0, 1}, {1, 0}} {
		root, _, in, out := child(t, "spawner")
		var pins [2]*Pin
		for i := range pins {
			var err error
			if pins[i], err = PinTree(last, root); err != nil {
				t.Fatal(err)
			}
		}
		fmt.Fprintln(in)
		born, err := strconv.Atoi(firstWord(t, out))
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range order {
			if err := pins[i].Release(); err != nil {
				t.Fatal(err)
			}
		}
		wantOn(t, fmt.Sprintf("released in the order %v", order), root, all)
		wantOn(t, fmt.Sprintf("its child, released in the order %v", order), born, all)
	}
}

func TestPinTreeThatEnds(t *testing.T) {
	cmd := exec.Command("/bin/true")
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	if _, err := PinTree(CPUs(), cmd.Process.Pid); !errors.Is(err, ErrGone) {
		t.Errorf("got %v for a process that has ended, want ErrGone", err)
	}
	sleeper := self("sleep")
	in, _ := begin(sleeper)
	pin, err := PinTree(CPUs()[:1], sleeper.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	in.Close()
	if err := errors.Join(sleeper.Wait(), pin.Release()); err != nil {
		t.Errorf("Release after the end of the process: %v", err)
	}
}

func TestPinTreeOfOurselves(t *testing.T) {
	all := CPUs()
	if _, err := PinTree(all[len(all)-1:], os.Getpid()); err == nil || !strings.Contains(err.Error(), "include this program") {
		t.Errorf("got %v, want an error", err)
	}
	wantOn(t, "this program", os.Getpid(), all)
}

// TestPinTreeOfAnother lets a user pin a process of the same user together with one
// of another user: neither may be moved in the end.
func TestPinTreeOfAnother(t *testing.T) {
	user, foreign := twoUsers(t)
	own := self("sleep")
	own.SysProcAttr = user
	in, _ := begin(own)
	defer func() { in.Close(); own.Wait() }()
	ours, theirs := strconv.Itoa(own.Process.Pid), strconv.Itoa(foreign)
	if got, want := tryToPin(t, user, ours, theirs), fmt.Sprintf("process %d (", foreign); !strings.Contains(got, want) || !strings.Contains(got, "belongs to another user") {
		t.Errorf("got %q, want …%s…", got, want)
	}
	wantOn(t, "the process of the same user", own.Process.Pid, CPUs())
	if got := tryToPin(t, user, ours); got != "pinned" {
		t.Errorf("a process of the same user alone: got %q", got)
	}
}

func tryToPin(t *testing.T, user *syscall.SysProcAttr, pids ...string) string {
	t.Helper()
	pinner := self("pinner", pids...)
	pinner.SysProcAttr = user
	got, err := pinner.Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(got))
}

// twoUsers returns a user for a new process, and a process of another user.
func twoUsers(t *testing.T) (user *syscall.SysProcAttr, foreign int) {
	t.Helper()
	if os.Getuid() == 0 {
		foreign, _, _, _ = child(t, "sleep")
		return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}, foreign
	}
	dirs, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range dirs {
		var info unix.Stat_t
		pid, _ := strconv.Atoi(filepath.Base(dir))
		if unix.Stat(dir, &info) == nil && int(info.Uid) != os.Getuid() && !slices.Contains(treeOf(t, pid), os.Getpid()) {
			return nil, pid
		}
	}
	t.Skip("there is no process of another user, and only root could start one")
	return nil, 0
}

func treeOf(t *testing.T, pid int) []int {
	t.Helper()
	pids, err := newTree(t, pid).Members()
	if err != nil {
		t.Fatal(err)
	}
	return pids
}
