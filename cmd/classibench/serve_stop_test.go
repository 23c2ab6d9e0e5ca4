//go:build linux

package main

import (
	"bufio"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// clan is a script with children in its group, in another session and without a parent.
// hermit adds two without an environment, of which one has no parent either. All ignore
// SIGTERM. Each line of the answer is a process.
const clan = `#!/bin/sh
trap '' TERM INT HUP
printf 'Content-Type: text/plain\n\n%s\n' $$
one='echo $$; exec sleep 1000'
sh -c "$one" &
setsid sh -c "$one" &
( ( setsid sh -c "$one" & ) & )
`
const hermit = `setsid sh -c 'echo $$; env -i /bin/sh -c "echo \$\$; exec /bin/sleep 1000"; :' &
( ( env -i /usr/bin/setsid /bin/sh -c 'echo $$; exec /bin/sleep 1000' & ) & )
`

// A gateway is a running serve cgi.
type gateway struct {
	*exec.Cmd
	stderr *bufio.Scanner
	url    string
}

// startGateway starts a gateway for a script, by the command under if there is one.
func startGateway(t *testing.T, script string, under ...string) *gateway {
	t.Helper()
	bin, err := built()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "script.cgi")
	if err := os.WriteFile(path, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	command := append(under, filepath.Join(bin, "classibench"), "serve", "cgi", "--listen", "127.0.0.1:0", path)
	g := &gateway{Cmd: exec.CommandContext(t.Context(), command[0], command[1:]...)}
	stderr, err := g.StderrPipe()
	if err := errors.Join(err, g.Start()); err != nil {
		t.Fatal(err)
	}
	readUntil(t, stderr, time.Now().Add(time.Minute))
	g.stderr = bufio.NewScanner(stderr)
	_, rest, _ := strings.Cut(g.await(t, "serving "), "http://")
	g.url, _, _ = strings.Cut("http://"+rest, " ")
	return g
}

// await returns the next line of the log with a text.
func (g *gateway) await(t *testing.T, text string) string {
	t.Helper()
	var said []string
	for g.stderr.Scan() {
		said = append(said, g.stderr.Text())
		if strings.Contains(g.stderr.Text(), text) {
			return g.stderr.Text()
		}
	}
	t.Fatalf("the log has no %q (%v): %q", text, g.stderr.Err(), said)
	return ""
}

// family requests the script, and returns descriptors of its processes and of the
// gateway's children.
func (g *gateway) family(t *testing.T, members int) (pidfds []unix.PollFd) {
	t.Helper()
	rs, err := http.Get(g.url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { rs.Body.Close() })
	pids := childrenOf(t, g.Process.Pid)
	for lines := bufio.NewScanner(rs.Body); members > 0 && lines.Scan(); members-- {
		pids = append(pids, lines.Text())
	}
	for _, text := range pids {
		pid, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		fd, err := unix.PidfdOpen(pid, 0)
		if err != nil {
			continue // a child that has ended
		}
		t.Cleanup(func() { unix.Close(fd) })
		pidfds = append(pidfds, unix.PollFd{Fd: int32(fd), Events: unix.POLLIN})
	}
	return pidfds
}

// childrenOf returns the children of all threads of a process.
func childrenOf(t *testing.T, pid int) (pids []string) {
	t.Helper()
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	if err != nil || len(threads) == 0 {
		t.Fatal(threads, err)
	}
	for _, path := range threads {
		children, _ := os.ReadFile(path) // a thread may have ended
		pids = append(pids, strings.Fields(string(children))...)
	}
	return pids
}

// wantEnded waits for the end of processes.
func wantEnded(t *testing.T, pidfds []unix.PollFd) {
	t.Helper()
	left := 0
	for i := range pidfds {
		if awaitEnd(int(pidfds[i].Fd), 20*time.Second) != nil {
			left++
			unix.PidfdSendSignal(int(pidfds[i].Fd), unix.SIGKILL, nil, 0)
		}
	}
	if left > 0 {
		t.Errorf("%d of %d processes go on", left, len(pidfds))
	}
}

// A gateway that is killed leaves none of its scripts' processes, however far they went
// from it, nor its watchdog.
func TestAKilledGatewayLeavesNoProcess(t *testing.T) {
	g := startGateway(t, clan+hermit+"wait\n")
	pidfds := g.family(t, 7)
	if len(pidfds) < 8 {
		t.Errorf("got %d processes, want the script, its six descendants and a watchdog", len(pidfds))
	}
	g.Process.Kill()
	g.Wait()
	wantEnded(t, pidfds)
}

// A second Ctrl-C ends the gateway at once, and all processes of its scripts.
func TestASecondInterruptEndsServe(t *testing.T) {
	for _, second := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		t.Run(second.String(), func(t *testing.T) {
			t.Parallel()
			g := startGateway(t, clan+hermit+"wait\n")
			pidfds := g.family(t, 7)
			g.Process.Signal(os.Interrupt)
			g.await(t, "another Ctrl-C ends them at once")
			g.Process.Signal(second)
			g.await(t, "second signal")
			if err := g.Wait(); g.ProcessState.ExitCode() != exitInterrupted {
				t.Errorf("got %v, want exit status 130", err)
			}
			wantEnded(t, pidfds)
		})
	}
}

// Nor does a gateway that stops leave a process of a script that has answered.
func TestAStoppedGatewayLeavesNoProcess(t *testing.T) {
	g := startGateway(t, strings.ReplaceAll(clan, "one='echo $$; exec sleep 1000'", "one='echo $$; exec sleep 1000 >/dev/null 2>&1'")+"exec >/dev/null 2>&1\n")
	pidfds := g.family(t, 4)
	g.Process.Signal(syscall.SIGTERM)
	for g.stderr.Scan() { // to its end, which is that of the gateway and its scripts
	}
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
	wantEnded(t, pidfds)
}

// A gateway that was replaced (SIGUSR2) ends at SIGTERM as any other: a request in flight has
// five seconds, not the minute of a restart, and the next signal ends it at once.
func TestAReplacedGatewayStops(t *testing.T) {
	for _, c := range []struct {
		name, log string
		twice     bool
		code      int
	}{{"in its grace period", "requests were still in flight after", false, exitNo}, {"at a second signal", "second signal", true, exitInterrupted}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			g := startGateway(t, clan+"wait\n")
			pidfds := g.family(t, 4)
			g.Process.Signal(syscall.SIGUSR2)
			_, pid, _ := strings.Cut(g.await(t, "the successor serves"), "pid=")
			next, err := strconv.Atoi(strings.Fields(pid)[0])
			if err != nil {
				t.Fatal(err)
			}
			defer syscall.Kill(next, syscall.SIGKILL)
			g.Process.Signal(syscall.SIGTERM)
			g.await(t, "stopping: requests in flight have 5 s to end")
			if c.twice {
				g.Process.Signal(syscall.SIGTERM)
			}
			g.await(t, c.log)
			wantEnded(t, pidfds)
			if state, err := g.Process.Wait(); err != nil || state.ExitCode() != c.code {
				t.Errorf("the gateway ended with %v, %v, want exit status %d", state, err, c.code)
			}
		})
	}
}
