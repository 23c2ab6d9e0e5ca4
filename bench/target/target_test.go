//go:build linux

package target

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/classibench/classibench/bench/usage"
	"golang.org/x/sys/unix"
)

// members returns the processes of a running target.
func members(t testing.TB, r *Running) []int {
	t.Helper()
	tree, err := usage.NewTree(r.Roots)
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	pids, err := tree.Members()
	if err != nil {
		t.Fatal(err)
	}
	return pids
}

// handles returns descriptors of processes: unlike a pid, a descriptor is never
// reused, and it becomes readable when its process has ended.
func handles(t testing.TB, pids []int) (fds []int) {
	t.Helper()
	for _, pid := range pids {
		fd, err := unix.PidfdOpen(pid, 0)
		if err != nil {
			t.Fatalf("process %d: %v", pid, err)
		}
		t.Cleanup(func() { unix.Close(fd) })
		fds = append(fds, fd)
	}
	return fds
}

// wantEnded checks that all processes end within so many milliseconds.
func wantEnded(t testing.TB, fds []int, within int) {
	t.Helper()
	for i, fd := range fds {
		n, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, within)
		for ; err == unix.EINTR; n, err = unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, within) {
		}
		if n != 1 || err != nil {
			t.Errorf("process %d of %d is still alive after %d ms (%v)", i+1, len(fds), within, err)
		}
	}
}

func TestAServerAnswersAndStops(t *testing.T) {
	r := start(t, self(t, "server", "{addr}"))
	if got := get(t, r.URL()+"/ads"); !strings.Contains(got, "at /ads") {
		t.Errorf("got %q, want a greeting from /ads", got)
	}
	if n := len(members(t, r)); n != 1 {
		t.Errorf("got %d processes in the tree, want the server alone", n)
	}
	fds := handles(t, members(t, r))
	if err := r.Stop(); err != nil {
		t.Fatal(err)
	}
	wantEnded(t, fds, 0)
	if err := r.Err(); err != nil {
		t.Errorf("got %v for a stopped target, want no error", err)
	}
	if listens(r.place.addr) {
		t.Errorf("a process still listens at %s", r.place.addr)
	}
	if err := r.Stop(); err != nil {
		t.Errorf("second Stop: %v", err)
	}
}

func TestTheWholeFamilyIsSeenAndEnds(t *testing.T) {
	target := self(t, "family", "{addr}")
	target.StopTimeout = time.Minute // not reached: processes that outlive the first are killed soon
	r := start(t, target)
	pids := members(t, r)
	if len(pids) != 5 {
		t.Fatalf("got %d processes in the tree, want the server and four relatives", len(pids))
	}
	u, err := usage.Read(r.Roots()...)
	if err != nil || u.Alive != 5 || u.CPU <= 0 {
		t.Errorf("got %+v, %v; want 5 alive that used some CPU", u, err)
	}
	fds := handles(t, pids)
	if err := r.Stop(); err != nil {
		t.Fatal(err)
	}
	wantEnded(t, fds, 0)
}

func TestOneThatGoesIntoTheBackground(t *testing.T) {
	r := start(t, self(t, "daemon", "{addr}"))
	pids := members(t, r)
	if len(pids) != 1 {
		t.Fatalf("got %d processes, want the one in the background", len(pids))
	}
	select {
	case <-r.Done():
		t.Errorf("the target ended: %v", r.Err())
	default:
	}
	fds := handles(t, pids)
	if err := r.Stop(); err != nil {
		t.Fatal(err)
	}
	wantEnded(t, fds, 0)
}

// receive returns the next value of a channel. It fails the test after 20 s.
func receive[T any](t testing.TB, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(20 * time.Second):
		t.Fatal("no value arrived within 20 s")
		panic("not reached")
	}
}

func TestOneThatDiesWhileItRuns(t *testing.T) {
	r := start(t, self(t, "mortal", "{addr}"))
	if response, err := http.Get(r.URL() + "/die"); err == nil {
		response.Body.Close()
	}
	receive(t, r.Done())
	var end *EndError
	if !errors.As(r.Err(), &end) || end.Status != "exit status 3" || end.Output != "last words" {
		t.Errorf("got %v, want exit status 3 and last words", r.Err())
	}
	if err := r.Stop(); err != nil {
		t.Errorf("Stop of a target that has ended: %v", err)
	}
}

func TestOutputIsBoundedAndDoesNotBlock(t *testing.T) {
	r := start(t, self(t, "chatty", "{addr}"))
	out := r.Output()
	if len(out) != mostOutput || !strings.HasSuffix(out, "the end of 4 MiB\n") {
		t.Errorf("got %d bytes that end in %q, want the last %d", len(out), out[max(0, len(out)-30):], mostOutput)
	}
}

func TestOneThatClosesItsOutputRunsOn(t *testing.T) {
	r := start(t, self(t, "mute", "{addr}"))
	get(t, r.URL())
	select {
	case <-r.Done():
		t.Errorf("the target counts as ended: %v", r.Err())
	default:
	}
}

type logFunc func(string)

func (f logFunc) Write(b []byte) (int, error) { f(string(b)); return len(b), nil }

func TestARaceForThePortIsRunAgain(t *testing.T) {
	r := start(t, self(t, "loser", "{addr}", filepath.Join(t.TempDir(), "lost")))
	get(t, r.URL())
}

func TestFastCGI(t *testing.T) {
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for name, args := range map[string][]string{"socket as standard input": nil, "address": {"{addr}"}} {
		t.Run(name, func(t *testing.T) {
			target := self(t, "fcgi", args...)
			target.Kind = FastCGI
			target.Gateway = []string{"/usr/bin/env", roleKey + "=fcgiGateway", path, "{addr}", "{backend}"}
			r := start(t, target)
			if got := get(t, r.URL()); !strings.Contains(got, "the program listens at "+r.place.backend) {
				t.Errorf("got %q, want the gateway to find the program", got)
			}
			pids := members(t, r)
			if len(pids) != 2 {
				t.Fatalf("got %d processes, want two", len(pids))
			}
			fds := handles(t, pids)
			// One of the two ends: the other must be ended too.
			syscall.Kill(pids[0], syscall.SIGKILL)
			receive(t, r.Done())
			wantEnded(t, fds, 0)
			var end *EndError
			if !errors.As(r.Err(), &end) || end.Status != "signal: killed" {
				t.Errorf("got %v, want a death by signal", r.Err())
			}
		})
	}
}

func TestCGIRunsTheGatewayWithTheScript(t *testing.T) {
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	target := self(t, "server")
	target.Kind, target.Gateway, target.Command = CGI, []string{path, "{addr}", "--"}, []string{"/bin/sh", "-e"}
	r := start(t, target)
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", members(t, r)[0]))
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Join([]string{path, r.place.addr, "--", "/bin/sh", "-e", ""}, "\x00")
	if string(line) != want {
		t.Errorf("got command line %q, want %q", line, want)
	}
}

// Nothing is known of the output of a server that runs already.
func TestAURLThatIsNotUpHasNoOutput(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	_, err = Target{Name: "there", Kind: URL, URL: "http://" + l.Addr().String(), StartTimeout: 50 * time.Millisecond}.Start(t.Context())
	if !errors.Is(err, ErrSilent) || strings.Contains(err.Error(), "output") {
		t.Errorf("got %v", err)
	}
}

func TestAURLIsLeftRunning(t *testing.T) {
	r := start(t, self(t, "server", "{addr}"))
	other, err := Target{Name: "there", Kind: URL, URL: r.URL() + "/", PIDs: members(t, r)}.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got, want := other.Roots(), members(t, r); !slices.Equal(got, want) || other.URL() != r.URL() {
		t.Errorf("got %s with %v, want %s with %v", other.URL(), got, r.URL(), want)
	}
	if err := other.Stop(); err != nil {
		t.Fatal(err)
	}
	receive(t, other.Done())
	get(t, r.URL())
}

func TestAffinityIsInherited(t *testing.T) {
	cpus := usage.CPUs()
	target := self(t, "server", "{addr}")
	target.CPUs = cpus[len(cpus)-1:]
	r := start(t, target)
	for _, pid := range members(t, r) {
		var set unix.CPUSet
		if err := unix.SchedGetaffinity(pid, &set); err != nil {
			t.Fatal(err)
		}
		if set.Count() != 1 || !set.IsSet(target.CPUs[0]) {
			t.Errorf("process %d runs on %d CPUs, want CPU %d alone", pid, set.Count(), target.CPUs[0])
		}
	}
	if got := usage.CPUs(); !slices.Equal(got, cpus) {
		t.Errorf("this process moved to CPUs %v, want %v as before", got, cpus)
	}
}
