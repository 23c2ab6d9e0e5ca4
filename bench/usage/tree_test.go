//go:build linux

package usage

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sys/unix"
)

func newTree(t testing.TB, roots ...int) *Tree {
	t.Helper()
	tree, err := NewTree(func() []int { return roots })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tree.Close() })
	return tree
}

func read(t testing.TB, tree *Tree) Usage {
	t.Helper()
	u, err := tree.Read()
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// TestReapedChildrenCount compares the CPU time of a tree with many short children
// with the result of wait4 for each of them. Readings are taken all the time, also
// during reaping.
func TestReapedChildrenCount(t *testing.T) {
	for _, c := range []struct{ children, burn string }{{"120", "3ms"}, {"20", "25ms"}} {
		t.Run(c.children+" times "+c.burn, func(t *testing.T) {
			readings := make(chan []Usage)
			stop := make(chan bool)
			pids := make(chan int, 1)
			go func() { readings <- readUntil(pids, stop) }()
			pid, truth := childAnd(t, pids, "forker", c.children, c.burn)
			close(stop)
			all := <-readings
			last := read(t, newTree(t, pid))
			for i, u := range all[1:] {
				if u.CPU < all[i].CPU {
					t.Errorf("CPU fell from %v to %v", all[i].CPU, u.CPU)
				}
				if u.Unreaped {
					t.Fatal("a parent that reaps its children was taken for one that does not")
				}
				if u.CPU > truth+2*Tick {
					t.Errorf("a reading has %v, more than the %v at the end: a process was counted twice", u.CPU, truth)
				}
			}
			// The forker uses a little more CPU time after its report.
			if d := last.CPU - truth; d < -2*Tick || d > 2*Tick {
				t.Errorf("got %v at the end, want %v of wait4 ± %v", last.CPU, truth, 2*Tick)
			}
			t.Logf("%d readings; CPU %v, by wait4 %v", len(all), last.CPU, truth)
		})
	}
}

// childAnd starts a child, sends its pid at once, and returns the CPU time that the
// child reports at the end.
func childAnd(t *testing.T, pids chan<- int, role string, args ...string) (int, time.Duration) {
	cmd := self(role, args...)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); cmd.Wait() })
	pids <- cmd.Process.Pid
	n, err := strconv.ParseInt(firstWord(t, bufio.NewReader(out)), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return cmd.Process.Pid, time.Duration(n)
}

// readUntil takes readings of a tree without a pause.
func readUntil(pids <-chan int, stop <-chan bool) (all []Usage) {
	pid := <-pids
	tree, err := NewTree(func() []int { return []int{pid} })
	must(err)
	defer tree.Close()
	for {
		u, err := tree.Read()
		must(err)
		all = append(all, u)
		select {
		case <-stop:
			return all
		default:
		}
	}
}

func TestSleepersAndTheirThreads(t *testing.T) {
	pid, _, _, _ := child(t, "parent", "5")
	u := read(t, newTree(t, pid))
	if u.Alive != 6 || u.Defunct != 0 {
		t.Errorf("got %d alive and %d defunct, want 6 and none", u.Alive, u.Defunct)
	}
	if u.Threads <= u.Alive {
		t.Errorf("got %d threads of %d Go programs, want more", u.Threads, u.Alive)
	}
	if u.Memory < 6<<20 || u.Memory > 6<<30 {
		t.Errorf("got %d bytes of memory for 6 Go programs", u.Memory)
	}
	below := read(t, newTree(t, -pid))
	if below.Alive != 5 || below.Memory >= u.Memory {
		t.Errorf("got %d alive below %d, want the 5 children without it", below.Alive, pid)
	}
}

func TestThreadsThatRunAreRunnable(t *testing.T) {
	pid, _, _, _ := child(t, "spinner", "3")
	tree := newTree(t, pid)
	// The threads need a moment to start; then they spin for ever.
	var u Usage
	for deadline := time.Now().Add(10 * time.Second); u.Runnable < 3 && time.Now().Before(deadline); {
		u = read(t, tree)
	}
	if u.Runnable < 3 || u.Alive != 1 {
		t.Errorf("got %d runnable threads of %d processes, want 3 of one", u.Runnable, u.Alive)
	}
}

func TestZombies(t *testing.T) {
	pid, _, _, _ := child(t, "zombies", "3")
	u := read(t, newTree(t, pid))
	if u.Defunct != 3 || u.Alive != 1 {
		t.Errorf("got %d defunct and %d alive, want 3 and 1", u.Defunct, u.Alive)
	}
	if u.CPU < 4*time.Millisecond {
		t.Errorf("got %v of CPU, want the time of the defunct processes too", u.CPU)
	}
}

func TestOrphansDoNotEscape(t *testing.T) {
	pid, _, in, out := child(t, "orphans")
	tree := newTree(t, pid)
	u := read(t, tree)
	if u.Alive != 2 || u.Defunct != 1 {
		t.Fatalf("got %d alive and %d defunct, want the root, the orphan and its dead parent", u.Alive, u.Defunct)
	}
	io.WriteString(in, "x")
	if word := firstWord(t, out); word != "reaped" {
		t.Fatal(word)
	}
	after := read(t, tree)
	if after.Alive != 2 || after.Defunct != 0 || after.CPU < u.CPU {
		t.Errorf("got %d alive, %d defunct, CPU from %v to %v; want the root and the orphan, and a CPU time that does not fall", after.Alive, after.Defunct, u.CPU, after.CPU)
	}
}

func TestTheTimeOfAnUnreapedChildIsKept(t *testing.T) {
	pid, word, _, _ := child(t, "ignorer")
	tree := newTree(t, pid)
	before := read(t, tree)
	burnt, err := strconv.Atoi(word)
	if err != nil {
		t.Fatal(err)
	}
	if before.CPU < 200*time.Millisecond || before.Alive != 2 {
		t.Fatalf("got %v of %d processes, want at least 200ms of two", before.CPU, before.Alive)
	}
	fd, err := unix.PidfdOpen(burnt, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	syscall.Kill(burnt, syscall.SIGKILL)
	n, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, 10_000)
	for ; err == unix.EINTR; n, err = unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, 10_000) {
	}
	if n != 1 {
		t.Fatalf("the child did not end: %v", err)
	}
	for syscall.Kill(burnt, 0) == nil { // wait until the kernel has removed it
		runtime.Gosched()
	}
	after, raw := read(t, tree), read(t, newTree(t, pid))
	if !before.Unreaped || !after.Unreaped || raw.Unreaped {
		t.Errorf("got unreaped %v with the child, %v after its end, %v by a tree that never saw it; want true, true, false", before.Unreaped, after.Unreaped, raw.Unreaped)
	}
	if raw.CPU > before.CPU-100*time.Millisecond {
		t.Fatalf("the parent reaped its child (%v of %v): the test shows nothing", raw.CPU, before.CPU)
	}
	if after.CPU < before.CPU || tree.exitedCPU < 200*time.Millisecond {
		t.Errorf("got %v after %v, %v of it remembered; want no loss", after.CPU, before.CPU, tree.exitedCPU)
	}
}

func TestGoneAndNone(t *testing.T) {
	pid, _, in, _ := child(t, "sleep")
	tree := newTree(t, pid)
	read(t, tree)
	in.(io.Closer).Close()
	if err := unix.Waitid(unix.P_PID, pid, nil, unix.WEXITED|unix.WNOWAIT, nil); err != nil {
		t.Fatal(err)
	}
	u := read(t, tree)
	if u.Alive != 0 || u.Defunct != 1 {
		t.Errorf("got %+v, want one defunct", u)
	}
	var status syscall.WaitStatus
	if _, err := syscall.Wait4(pid, &status, 0, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := tree.Read(); !errors.Is(err, ErrGone) {
		t.Errorf("got %v, want ErrGone", err)
	}
	if u, err := Read(); err != nil || u.CPU != 0 {
		t.Errorf("got %+v, %v; want zero usage without roots", u, err)
	}
}

func TestClosedTreeLeavesNoDescriptor(t *testing.T) {
	pid, _, _, _ := child(t, "parent", "5")
	before := descriptors(t)
	for range 50 {
		if _, err := Read(pid, -os.Getpid()); err != nil {
			t.Fatal(err)
		}
	}
	if after := descriptors(t); after > before {
		t.Errorf("got %d descriptors, want %d as before", after, before)
	}
}

func descriptors(t testing.TB) int {
	t.Helper()
	fds, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(fds)
}

func TestWatchKeepsItsMoments(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 950*time.Millisecond)
		defer cancel()
		began := time.Now()
		var at []time.Duration
		err := watch(ctx, 100*time.Millisecond,
			func() (Usage, error) { return Usage{At: time.Now()}, nil },
			func() (Machine, error) { return Machine{}, nil },
			func(u Usage, _ Machine) {
				at = append(at, u.At.Sub(began))
				if len(at) == 3 {
					time.Sleep(130 * time.Millisecond) // a slow emit; reading itself takes no time in the bubble
				}
			})
		want := []time.Duration{0, 100, 200, 330, 400, 500, 600, 700, 800, 900}
		for i := range want {
			want[i] *= time.Millisecond
		}
		if err != nil || !slices.Equal(at, want) {
			t.Errorf("got %v at %v, want readings at %v", err, at, want)
		}
	})
}

func TestWatchEndsWithItsTree(t *testing.T) {
	pid, _, in, _ := child(t, "sleep")
	seen := 0
	err := Watch(t.Context(), time.Millisecond, func() []int { return []int{pid} }, func(u Usage, m Machine) {
		if seen++; seen == 2 {
			in.(io.Closer).Close()
			var status syscall.WaitStatus
			syscall.Wait4(pid, &status, 0, nil)
		}
		if m.Started == 0 || m.Busy == 0 {
			t.Errorf("got %+v, want a machine with running tasks", m)
		}
	})
	if !errors.Is(err, ErrGone) || seen != 2 {
		t.Errorf("got %v after %d readings, want ErrGone after 2", err, seen)
	}
}

// BenchmarkRead takes one reading. Watch takes ten a second: at 2 ms each, that
// would be 2% of a core.
func BenchmarkRead(b *testing.B) {
	for _, n := range []int{1, 30, 300} {
		b.Run(fmt.Sprintf("processes=%d", n), func(b *testing.B) {
			pid, _, _, _ := child(b, "parent", strconv.Itoa(n))
			tree := newTree(b, pid)
			u := read(b, tree)
			b.ReportAllocs()
			began := Self()
			for b.Loop() {
				read(b, tree)
				if _, err := ReadMachine(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(1000*(Self()-began).Seconds()/float64(b.N), "cpu-ms/op")
			b.ReportMetric(float64(u.Threads), "threads")
		})
	}
}
