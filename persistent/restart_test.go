package persistent_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// A visitor has one connection to a server.
type visitor interface {
	send(path string)
	// answer returns the body, and whether the server has announced that it closes the
	// connection. FastCGI has no such announcement.
	answer() (body string, last bool)
}

// A fastVisitor expects that each answer is the last one if it is told so.
type fastVisitor struct{ *fastClient }

func (v fastVisitor) answer() (string, bool) {
	_, _, body := v.receive()
	return body, true
}

type httpVisitor struct {
	net.Conn
	t *testing.T
	r *bufio.Reader
}

func (v httpVisitor) send(path string) {
	v.t.Helper()
	if _, err := io.WriteString(v, "GET "+path+" HTTP/1.1\r\nHost: ads\r\n\r\n"); err != nil {
		v.t.Fatal(err)
	}
}

func (v httpVisitor) answer() (string, bool) {
	v.t.Helper()
	resp, err := http.ReadResponse(v.r, nil)
	if err != nil {
		v.t.Fatal(err)
	}
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return string(b), resp.Close
}

// dial connects a visitor.
func dial(t *testing.T, addr net.Addr, fast bool) visitor {
	t.Helper()
	c := dialFast(t, addr)
	if fast {
		return fastVisitor{c}
	}
	return visit(t, c.Conn)
}

// visit returns a visitor over HTTP.
func visit(t *testing.T, c net.Conn) httpVisitor { return httpVisitor{c, t, bufio.NewReader(c)} }

// closed checks that the server closes the connection without a reset.
func closed(t *testing.T, who string, v visitor) {
	t.Helper()
	if n, err := v.(io.Reader).Read(make([]byte, 1)); n != 0 || !errors.Is(err, io.EOF) {
		t.Errorf("%s: the connection is not closed: read %d bytes (%v), want the end", who, n, err)
	}
}

func answers(t *testing.T, who string, v visitor, pid int, last bool) {
	t.Helper()
	if body, closing := v.answer(); body != fmt.Sprint("pid ", pid) || last && !closing {
		t.Errorf("%s: got the answer %q, the last on its connection: %v; want that of process %d, and %v", who, body, closing, pid, last)
	}
}

func parseAddr(t *testing.T, network, addr string) net.Addr {
	t.Helper()
	if network == "unix" {
		return &net.UnixAddr{Net: network, Name: addr}
	}
	a, err := net.ResolveTCPAddr("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

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

// TestStopDuringRestart stops a server while its successor starts: both end.
func TestStopDuringRestart(t *testing.T) {
	file := filepath.Join(t.TempDir(), "hangs")
	p := launch(t, file, nil, nil, "-listen", "127.0.0.1:0")
	p.await(listening)
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	p.Process.Signal(syscall.SIGUSR2)
	p.await("hanging")
	p.Process.Signal(syscall.SIGTERM)
	p.await("restart failed.*was not ready and was killed")
	if code := p.wait(); code != 0 { // the standard error of both has ended
		t.Errorf("exit code %d, want 0", code)
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

// notifications listens where a service manager would.
func notifications(t *testing.T) (env string, next func() string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "notify")
	c, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Net: "unixgram", Name: path})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return "NOTIFY_SOCKET=" + path, func() string {
		b := make([]byte, 4096)
		n, err := c.Read(b)
		if err != nil {
			t.Fatal(err)
		}
		return string(b[:n])
	}
}

// TestNotify checks what a service manager learns: from the main process only.
func TestNotify(t *testing.T) {
	env, next := notifications(t)
	broken := filepath.Join(t.TempDir(), "broken")
	p := launch(t, broken, nil, []string{env}, "-listen", "127.0.0.1:0")
	want := func(prefix string) {
		t.Helper()
		if got := next(); !strings.HasPrefix(got, prefix) {
			t.Errorf("the service manager got %q, want %q", got, prefix)
		}
	}
	want("READY=1")
	if err := os.WriteFile(broken, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	p.Process.Signal(syscall.SIGUSR2)
	want("RELOADING=1\nMONOTONIC_USEC=")
	want("READY=1\nSTATUS=restart failed: the successor")
	if err := os.Remove(broken); err != nil {
		t.Fatal(err)
	}
	second := p.succeed(p.Process.Pid)
	want("RELOADING=1\nMONOTONIC_USEC=")
	want(fmt.Sprintf("MAINPID=%d\nREADY=1", second))
	syscall.Kill(second, syscall.SIGTERM)
	want("STOPPING=1")
	p.wait()
}

// passing returns a command that starts this test binary as systemd does: with sockets
// from descriptor 3 on.
func passing(names string, args []string, files ...*os.File) *exec.Cmd {
	cmd := exec.Command("/bin/sh", append([]string{"-c", `LISTEN_PID=$$ exec "$0" "$@"`, os.Args[0]}, args...)...)
	cmd.Env = []string{fmt.Sprint("LISTEN_FDS=", len(files)), "LISTEN_FDNAMES=" + names}
	cmd.ExtraFiles = files
	return cmd
}

// pass starts a server with sockets.
func pass(t *testing.T, names string, args []string, files ...*os.File) *process {
	t.Helper()
	cmd := passing(names, args, files...)
	return launchProgram(t, cmd, append(cmd.Env, roleKey+"=plain"))
}

// opened returns a listening socket as a service manager has it.
func opened(t *testing.T, network, addr string) (net.Addr, *os.File) {
	t.Helper()
	l, err := net.Listen(network, addr)
	if err != nil {
		t.Fatal(err)
	}
	f, err := l.(interface{ File() (*os.File, error) }).File()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close(); f.Close() })
	return l.Addr(), f
}

// TestPassedSockets serves on sockets of a service manager, which stay open after the
// server's end.
func TestPassedSockets(t *testing.T) {
	for _, fast := range []bool{false, true} {
		for _, c := range []struct{ name, network, addr string }{
			{"TCP", "tcp", "127.0.0.1:0"},
			{"localhost", "tcp", "localhost:0"},
			{"Unix", "unix", filepath.Join(t.TempDir(), "s")},
			{"abstract Unix", "unix", fmt.Sprint("@classibench-test-", os.Getpid())},
		} {
			t.Run(fmt.Sprintf("%s FastCGI %v", c.name, fast), func(t *testing.T) {
				addr, file := opened(t, c.network, c.addr)
				p := pass(t, "ads.socket", []string{fmt.Sprint("-fastcgi=", fast)}, file)
				p.await(listening)
				v := dial(t, addr, fast)
				v.send("/")
				answers(t, "a visitor", v, p.Process.Pid, false)
				p.Process.Signal(syscall.SIGTERM)
				p.await("stopping")
				waiting := dial(t, addr, fast)
				waiting.send("/")
				closed(t, "a visitor", v)
				if code := p.wait(); code != 0 {
					t.Errorf("exit code %d, want 0", code)
				}
				p = pass(t, "ads.socket", []string{fmt.Sprint("-fastcgi=", fast)}, file)
				answers(t, "a visitor who waited", waiting, p.Process.Pid, false)
			})
		}
	}
}

// TestPassedTogether serves on several sockets, of which one is the admin address, and
// passes them on.
func TestPassedTogether(t *testing.T) {
	dir := t.TempDir()
	tcp, first := opened(t, "tcp", "127.0.0.1:0")
	admin, second := opened(t, "unix", filepath.Join(dir, "admin"))
	unix, third := opened(t, "unix", filepath.Join(dir, "s"))
	p := pass(t, "ads:admin:ads", []string{"-listen", "127.0.0.1:1"}, first, second, third)
	p.await(listening)
	next := p.Process.Pid
	for range 2 {
		for _, addr := range []net.Addr{tcp, unix} {
			v := dial(t, addr, false)
			v.send("/")
			answers(t, addr.String(), v, next, false)
			v.(io.Closer).Close()
		}
		v := dial(t, admin, false)
		v.send("/healthz")
		if body, _ := v.answer(); body != "ok\n" {
			t.Errorf("/healthz answers %q", body)
		}
		v.(io.Closer).Close()
		next = p.succeed(next)
		p.await("msg=stopped")
	}
	syscall.Kill(next, syscall.SIGTERM)
	p.wait()
	for _, addr := range []net.Addr{admin, unix} {
		if _, err := os.Stat(addr.String()); err != nil {
			t.Errorf("the server removed a socket of the service manager: %v", err)
		}
	}
}

// TestPassedIsNotPassedOn checks that a child process learns nothing of the sockets,
// before and after a restart.
func TestPassedIsNotPassedOn(t *testing.T) {
	addr, file := opened(t, "tcp", "127.0.0.1:0")
	p := pass(t, "ads", nil, file)
	p.await(listening)
	pid := p.Process.Pid
	for range 2 {
		v := dial(t, addr, false)
		v.send("/child")
		body, _ := v.answer()
		for _, leak := range []string{"LISTEN_", "CLASSIBENCH_PREDECESSOR", "socket:"} {
			if strings.Contains(body, leak) {
				t.Errorf("a child of process %d has %q:\n%s", pid, leak, body)
			}
		}
		v.(io.Closer).Close()
		pid = p.succeed(pid)
	}
	syscall.Kill(pid, syscall.SIGTERM)
	p.wait()
}

// TestPassedWrong passes what cannot be served on.
func TestPassedWrong(t *testing.T) {
	_, file := opened(t, "tcp", "127.0.0.1:0")
	udp, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer udp.Close()
	datagram, err := udp.(*net.UDPConn).File()
	if err != nil {
		t.Fatal(err)
	}
	defer datagram.Close()
	pair, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	connection := os.NewFile(uintptr(pair[0]), "pair")
	defer connection.Close()
	defer syscall.Close(pair[1])
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	for _, c := range []struct {
		name  string
		files []*os.File
		env   string
		want  string
	}{
		{"a file", []*os.File{null}, "", `descriptor 3 \(\\?"ads\\?"\), passed by LISTEN_FDS=1: it is not a socket`},
		{"a datagram socket", []*os.File{datagram}, "", "it is a datagram socket: pass a stream socket, as ListenStream= of systemd does"},
		{"a connection", []*os.File{connection}, "", `it is not listening: pass the listening socket, not a connection \(Accept=no`},
		{"the second of two", []*os.File{file, null}, "", `descriptor 4 \(".*"\), .* it is not a socket`},
		{"fewer than announced", nil, "LISTEN_FDS=20", "descriptor .* it is not "},
		{"no number", []*os.File{file}, "LISTEN_FDS=some", `LISTEN_FDS="some": not a number of sockets`},
		{"a negative number", []*os.File{file}, "LISTEN_FDS=-1", `LISTEN_FDS="-1": not a number of sockets`},
		{"too many", []*os.File{file}, "LISTEN_FDS=1000000000", `not a number of sockets from 0 to 64`},
	} {
		t.Run(c.name, func(t *testing.T) {
			cmd := passing("ads", []string{"-listen", "127.0.0.1:0"}, c.files...)
			p := launchProgram(t, cmd, append(cmd.Env, c.env, roleKey+"=plain"))
			p.await("server: .*" + c.want)
			if code := p.wait(); code != 1 {
				t.Errorf("exit code %d, want 1", code)
			}
		})
	}
}

// TestPassedToAnother ignores sockets that are meant for another process, and says so.
func TestPassedToAnother(t *testing.T) {
	_, file := opened(t, "tcp", "127.0.0.1:0")
	cmd := exec.Command(os.Args[0], "-listen", "127.0.0.1:0")
	cmd.ExtraFiles = []*os.File{file}
	p := launchProgram(t, cmd, []string{"LISTEN_FDS=1", "LISTEN_PID=1", roleKey + "=plain"})
	p.await("the sockets of LISTEN_FDS are for another process")
	addr := parseAddr(t, "tcp", p.await(listening)[1])
	v := dial(t, addr, false)
	v.send("/")
	answers(t, "a visitor", v, p.Process.Pid, false)
}

// TestStandardInput starts a server with a listening socket as its standard input.
func TestStandardInput(t *testing.T) {
	for _, c := range []struct {
		name         string
		env, args    []string
		there, speak bool // serves on the socket; speaks FastCGI
	}{
		{"a FastCGI process manager", nil, nil, true, true},
		{"inetd or systemd, for HTTP", nil, []string{"-fastcgi=false"}, true, false},
		{"for HTTP by a variable", []string{"CLASSIBENCH_FASTCGI=0"}, nil, true, false},
		{"for FastCGI by a flag", nil, []string{"-fastcgi"}, true, true},
		{"another address", nil, []string{"-listen", "127.0.0.1:0"}, false, false},
		{"another address by a variable", []string{"CLASSIBENCH_LISTEN=127.0.0.1:0"}, nil, false, false},
		{"another address for FastCGI", nil, []string{"-listen", "127.0.0.1:0", "-fastcgi"}, false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			socket, file := opened(t, "tcp", "127.0.0.1:0")
			p := launch(t, "plain", file, c.env, c.args...)
			addr := parseAddr(t, "tcp", p.await(listening)[1])
			if there := addr.String() == socket.String(); there != c.there {
				t.Errorf("it serves on standard input: %v, want %v", there, c.there)
			}
			v := dial(t, addr, c.speak)
			v.send("/")
			answers(t, "a visitor", v, p.Process.Pid, false)
			second := p.succeed(p.Process.Pid)
			p.await("stopping")
			v = dial(t, addr, c.speak)
			v.send("/")
			answers(t, "a visitor after a restart", v, second, false)
		})
	}
}
