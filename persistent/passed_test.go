//go:build unix

package persistent_test

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

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
