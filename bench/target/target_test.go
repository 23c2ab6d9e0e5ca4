//go:build linux

package target

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
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

func TestStartErrors(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{"plain": "#!/bin/sh\n", "noexec": "", "lost": "#!/no/such/perl\n", "headless": "\x00\x01"} {
		mode := os.FileMode(0o755)
		if name == "plain" {
			mode = 0o644
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), mode); err != nil {
			t.Fatal(err)
		}
	}
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	soon := 300 * time.Millisecond
	wrong := func(command ...string) Target {
		return Target{Name: "x", Kind: Server, Command: append(command, "{addr}"), StartTimeout: soon}
	}
	late := func(role string, args ...string) Target {
		x := self(t, role, args...)
		x.StartTimeout = 3 * time.Second // the start takes a part of it
		if role == "silent" {
			x.StartTimeout = soon
		}
		return x
	}
	fast := func(role string, command ...string) Target { // a FastCGI program behind a gateway
		x := late(role, "{addr}")
		x.Kind, x.Gateway, x.Command = FastCGI, x.Command, command
		return x
	}
	for name, c := range map[string]struct {
		target               Target
		phase, message, hint string
		is                   error
	}{
		"no kind":           {Target{Name: "x"}, PhaseCheck, `kind ""`, "use cgi", nil},
		"no address":        {Target{Kind: Server, Command: []string{"ls"}}, PhaseCheck, "does not contain the address", "{addr}", nil},
		"no gateway":        {Target{Kind: CGI, Command: []string{"ls"}}, PhaseCheck, "no gateway", "need a gateway", nil},
		"not found":         {wrong("no-such-program"), PhaseFind, "not found", "install it", nil},
		"no such path":      {wrong("./no-such-program"), PhaseFind, "no such file", "check the path", nil},
		"not executable":    {wrong(filepath.Join(dir, "plain")), PhaseFind, "permission denied", "chmod", nil},
		"a directory":       {wrong(dir), PhaseFind, "is a directory", "name the program", nil},
		"no interpreter":    {wrong(filepath.Join(dir, "lost")), PhaseFind, "interpreter /no/such/perl: no such file", "install perl", nil},
		"no format":         {wrong(filepath.Join(dir, "headless")), PhaseFind, "not a program", "check its type", nil},
		"no such directory": {Target{Kind: Server, Command: []string{"/bin/ls", "{addr}"}, Dir: "/no/such"}, PhaseFind, "working directory /no/such: no such file", "name a directory that exists", nil},
		"dies":              {self(t, "dies", "{addr}"), PhaseAwait, "exit status 7", "by hand", nil},
		"silent":            {late("silent", "{addr}"), PhaseAwait, "does not listen", "{addr}", ErrSilent},
		"fastcgi elsewhere": {fast("hangs", "/bin/sleep", "60"), PhaseAwait, "does not answer", "standard input", ErrHangs},
		"fastcgi dies":      {fast("hangs", "/bin/false"), PhaseAwait, "exit status 1", "by hand", nil},
		"hangs":             {late("hangs", "{addr}"), PhaseAwait, "does not answer", "start_timeout", ErrHangs},
		"broken":            {late("broken", "{addr}"), PhaseAwait, "no database", "below 500", ErrWrong},
		"gibberish":         {late("gibberish", "{addr}"), PhaseAwait, "its answer is wrong", "below 500", ErrWrong},
		"port taken":        {Target{Kind: Server, Command: []string{"/bin/true"}, URL: "http://" + taken.Addr().String()}, PhaseListen, "another program listens", "kind url", ErrTaken},
		"url is silent":     {Target{Kind: URL, URL: "http://127.0.0.1:1", StartTimeout: soon}, PhaseAwait, "does not listen", "start it first", ErrSilent},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := c.target.Start(t.Context())
			if r != nil {
				r.Stop()
				t.Fatal("it started")
			}
			var e *StartError
			if !errors.As(err, &e) {
				t.Fatalf("got %T %v, want a *StartError", err, err)
			}
			if e.Phase != c.phase || !strings.Contains(e.Error(), c.message) || !strings.Contains(e.Hint, c.hint) {
				t.Errorf("got phase %s: %v\nhint: %s\nwant phase %s: …%s…\nhint: …%s…", e.Phase, e, e.Hint, c.phase, c.message, c.hint)
			}
			if c.target.Kind == URL && strings.Contains(e.Error(), "output") {
				t.Errorf("got %v, though the output of a running server is not known", e)
			}
			if strings.Contains(err.Error(), "stop target") {
				t.Errorf("something is left: %v", err)
			}
			if c.is != nil && !errors.Is(err, c.is) {
				t.Errorf("got %v, want an error that wraps %v", err, c.is)
			}
		})
	}
}

// A CGI program that fails for each request in the same way is given up before its
// start timeout.
func TestACGIProgramThatFailsIsGivenUp(t *testing.T) {
	target := self(t, "broken", "{addr}")
	target.Kind, target.Gateway, target.Command, target.Dir = CGI, target.Command, []string{"/bin/true", "a b"}, "/tmp"
	target.StartTimeout = time.Hour
	_, err := target.Start(t.Context())
	var e *StartError
	if !errors.As(err, &e) || !errors.Is(err, ErrWrong) || !strings.Contains(e.Hint, "cd /tmp && env REQUEST_METHOD=GET PATH_INFO=/ /bin/true 'a b'") {
		t.Errorf("got %v, want ErrWrong and a hint to run it by hand", err)
	}
}

func TestTheLastWordsOfOneThatDies(t *testing.T) {
	_, err := self(t, "dies", "{addr}").Start(t.Context())
	var e *StartError
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want a *StartError", err)
	}
	if lines := strings.Split(e.Output, "\n"); len(lines) != quoted || lines[quoted-1] != "cannot open the database" {
		t.Errorf("got %d lines that end in %q, want the last %d", len(lines), lines[len(lines)-1], quoted)
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
	r := newRunning(Target{Name: "x", Reset: []string{"sh"}}, place{})
	if err := r.launch(order{Processes: []process{{Path: "/bin/sh", Args: []string{"sh", "-c", "/bin/sleep 60 &"}}}}, nil); err != nil {
		t.Fatal(err)
	}
	time.Sleep(200 * time.Millisecond) // the shell ends before the supervisor knows its address
	r.supervisor.ready("")
	if err := r.finish(t.Context(), 5*time.Second); err != nil {
		t.Error(err)
	}
}
