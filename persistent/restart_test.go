//go:build unix

package persistent_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
)

const successor = `msg="the successor serves" pid=(\d+)`

// succeed restarts a server, and returns the process id of the successor.
func (p *process) succeed(pid int) int {
	p.t.Helper()
	if err := syscall.Kill(pid, syscall.SIGUSR2); err != nil {
		p.t.Fatal(err)
	}
	next, err := strconv.Atoi(p.await(successor)[1])
	if err != nil {
		p.t.Fatal(err)
	}
	return next
}

// TestRestart restarts a server while its visitors are at different points: each gets
// its answer, from the old process if it has accepted the connection.
func TestRestart(t *testing.T) {
	for _, network := range []string{"tcp", "unix"} {
		for _, p := range protocols {
			t.Run(p.name+" "+network, func(t *testing.T) { testRestart(t, network, p.fastCGI) })
		}
	}
}

func testRestart(t *testing.T, network string, fast bool) {
	dir := t.TempDir()
	pidFile, gate := filepath.Join(dir, "pid"), filepath.Join(dir, "gate")
	if err := syscall.Mkfifo(gate, 0o600); err != nil {
		t.Fatal(err)
	}
	listen := "127.0.0.1:0"
	if network == "unix" {
		listen = "unix:" + filepath.Join(dir, "s")
	}
	p := launch(t, "plain", nil, nil, "-listen", listen, "-pidfile", pidFile, fmt.Sprint("-fastcgi=", fast))
	addr, first := parseAddr(t, network, p.await(listening)[1]), p.Process.Pid

	idle, silent, held := dial(t, addr, fast), dial(t, addr, fast), dial(t, addr, fast) // accepted in this order
	idle.send("/")
	answers(t, "before", idle, first, false)
	held.send("/held?" + gate)
	p.await("held")

	second := p.succeed(first)
	if b, err := os.ReadFile(pidFile); string(b) != fmt.Sprintln(second) {
		t.Errorf("the PID file has %q (%v), want %d", b, err, second)
	}
	p.await("stopping: finishing requests in flight") // and its listener is closed
	fresh := dial(t, addr, fast)
	fresh.send("/")
	answers(t, "a new connection", fresh, second, false)
	for who, v := range map[string]visitor{"an idle connection": idle, "a connection without a request": silent} {
		v.send("/")
		answers(t, who, v, first, true)
		closed(t, who, v)
	}
	if err := os.WriteFile(gate, nil, 0); err != nil {
		t.Fatal(err)
	}
	answers(t, "a request in flight", held, first, false)
	if !fast { // the answer had begun before the restart, and promised another one
		held.send("/")
		answers(t, "after a request in flight", held, first, true)
	}
	closed(t, "after a request in flight", held)
	if state, err := p.Process.Wait(); err != nil || !state.Success() {
		t.Errorf("the old process: %v (%v)", state, err)
	}

	fresh.(io.Closer).Close()
	third := p.succeed(second) // a successor can be replaced too
	p.await("stopping")
	fresh = dial(t, addr, fast)
	fresh.send("/")
	answers(t, "after a second restart", fresh, third, false)
	syscall.Kill(third, syscall.SIGTERM)
	io.Copy(io.Discard, p.stderr) // ends with the last process
	for _, path := range []string{pidFile, filepath.Join(dir, "s")} {
		if _, err := os.Stat(path); !os.IsNotExist(err) {
			t.Errorf("%s is still there: %v", path, err)
		}
	}
}

// TestRestartTwice requests a restart while the last one is not finished, at the old
// process: the program may have been replaced meanwhile, so it starts once more.
func TestRestartTwice(t *testing.T) {
	p := launch(t, "plain", nil, nil, "-listen", "127.0.0.1:0")
	addr := parseAddr(t, "tcp", p.await(listening)[1])
	p.Process.Signal(syscall.SIGUSR2)
	p.await("starting") // the successor; the old process waits
	p.Process.Signal(syscall.SIGUSR2)
	p.await(successor)
	p.await("restarting")
	third, err := strconv.Atoi(p.await(successor)[1])
	if err != nil {
		t.Fatal(err)
	}
	p.await("stopping")
	p.await("msg=stopped")
	v := dial(t, addr, false)
	v.send("/")
	answers(t, "after both restarts", v, third, false)
	syscall.Kill(third, syscall.SIGTERM)
	p.wait()
}

// TestRestartFails restarts a server whose successor does not start: the server goes
// on, and can be restarted later.
func TestRestartFails(t *testing.T) {
	broken := filepath.Join(t.TempDir(), "broken")
	p := launch(t, broken, nil, nil, "-listen", "127.0.0.1:0")
	addr := parseAddr(t, "tcp", p.await(listening)[1])
	if err := os.WriteFile(broken, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	p.Process.Signal(syscall.SIGUSR2)
	p.await("server: nothing to serve")
	p.await(`msg="restart failed: this process goes on" err="the successor, process \d+, ended before it was ready \(exit status 1\)`)
	v := dial(t, addr, false)
	v.send("/")
	answers(t, "after a failed restart", v, p.Process.Pid, false)
	if err := os.Remove(broken); err != nil {
		t.Fatal(err)
	}
	v.(io.Closer).Close()
	second := p.succeed(p.Process.Pid)
	p.await("stopping")
	v = dial(t, addr, false)
	v.send("/")
	answers(t, "after a restart", v, second, false)
	syscall.Kill(second, syscall.SIGTERM)
	if code := p.wait(); code != 0 {
		t.Errorf("exit code %d, want 0", code)
	}
}

// TestStopDuringRestart stops a server while its successor starts, and another restart is
// requested: both end, and no other starts.
func TestStopDuringRestart(t *testing.T) {
	file := filepath.Join(t.TempDir(), "hangs")
	p := launch(t, file, nil, nil, "-listen", "127.0.0.1:0")
	p.await(listening)
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	p.Process.Signal(syscall.SIGUSR2)
	p.await("hanging")
	p.Process.Signal(syscall.SIGUSR2)
	p.Process.Signal(syscall.SIGTERM)
	p.await("the restart was given up: this process stops.*was not ready and was killed")
	rest, _ := io.ReadAll(p.stderr) // the standard error of both has ended
	if code := p.wait(); code != 0 || bytes.Contains(rest, []byte("restart")) {
		t.Errorf("exit code %d, want 0, and no restart in the log:\n%s", code, rest)
	}
}

// TestRestartAdmin hands the admin address over, and stops answering there at once.
func TestRestartAdmin(t *testing.T) {
	admin := filepath.Join(t.TempDir(), "admin")
	p := launch(t, "plain", nil, nil, "-listen", "127.0.0.1:0", "-admin", "unix:"+admin)
	addr := parseAddr(t, "tcp", p.await(listening)[1])
	kept := dial(t, addr, false) // the old process waits for it
	kept.send("/")
	answers(t, "before", kept, p.Process.Pid, false)
	second := p.succeed(p.Process.Pid)
	p.await("stopping: finishing requests in flight")
	for range 5 {
		v := dial(t, parseAddr(t, "unix", admin), false)
		v.send("/healthz")
		if body, _ := v.answer(); body != "ok\n" {
			t.Errorf("/healthz answers %q, want ok: the old process answers", body)
		}
	}
	syscall.Kill(second, syscall.SIGTERM)
	kept.send("/")
	answers(t, "after", kept, p.Process.Pid, true)
	if code := p.wait(); code != 0 {
		t.Errorf("exit code %d, want 0", code)
	}
}
