package classibench_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"syscall"
	"testing"

	"github.com/classibench/classibench"
)

// The test binary is also the program under test: with this variable set it serves
// instead of running tests.
const roleKey = "CLASSIBENCH_TEST_ROLE"

func TestMain(m *testing.M) {
	if os.Getenv(roleKey) == "ads" {
		serveAds()
		return
	}
	if os.Getenv(roleKey) != "" {
		if err := classibench.Serve(http.HandlerFunc(visit)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func visit(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintf(w, "%s %s in process %d", r.Method, r.URL.Path, os.Getpid())
}

func get(t *testing.T, url string) string {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestServeAsCGI(t *testing.T) {
	g := httptest.NewServer(&cgi.Handler{Path: os.Args[0], Env: []string{roleKey + "=program"}, Stderr: os.Stderr})
	defer g.Close()
	first, second := get(t, g.URL+"/a"), get(t, g.URL+"/a")
	if want := regexp.MustCompile(`^GET /a in process \d+$`); !want.MatchString(first) || first == second {
		t.Errorf("got %q and %q, want two processes", first, second)
	}
}

// launch starts the program as a server and returns its address, and whether it
// serves FastCGI there.
func launch(t *testing.T, stdin *os.File, env []string, args ...string) (addr, fast string, p *os.Process) {
	t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(append(os.Environ(), roleKey+"=program"), env...)
	if stdin != nil {
		cmd.Stdin = stdin
	}
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM)
		io.Copy(io.Discard, stderr)
		if err := cmd.Wait(); err != nil {
			t.Errorf("after SIGTERM, the server failed: %v", err)
		}
	})
	line, err := bufio.NewReader(stderr).ReadString('\n')
	found := regexp.MustCompile(`msg=listening addr=(\S+) fastcgi=(\w+)`).FindStringSubmatch(line)
	if found == nil {
		t.Fatalf("the server's first line is %q (%v), want msg=listening", line, err)
	}
	return found[1], found[2], cmd.Process
}

func TestServeAsHTTP(t *testing.T) {
	addr, _, p := launch(t, nil, nil, "-listen", "127.0.0.1:0")
	if got, want := get(t, "http://"+addr+"/b"), fmt.Sprint("GET /b in process ", p.Pid); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestServeAsFastCGI(t *testing.T) {
	addr, fast, _ := launch(t, nil, nil, "-listen", "127.0.0.1:0", "-fastcgi")
	if fast != "true" {
		t.Error("the log does not report fastcgi=true")
	}
	speaksFastCGI(t, addr)
}

// TestServeInherited starts the program as a FastCGI process manager does.
// REQUEST_METHOD is set too, as in a manager that is itself a CGI program.
func TestServeInherited(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	file, err := l.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	launch(t, file, []string{"REQUEST_METHOD=GET", "SERVER_PROTOCOL=HTTP/1.1"})
	speaksFastCGI(t, l.Addr().String())
}

// speaksFastCGI requests a value that an application must know (FastCGI 1.0 §4.1).
func speaksFastCGI(t *testing.T, addr string) {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	const getValues, getValuesResult, name = 9, 10, "FCGI_MPXS_CONNS"
	pair := append([]byte{byte(len(name)), 0}, name...)
	if _, err := c.Write(append([]byte{1, getValues, 0, 0, 0, byte(len(pair)), 0, 0}, pair...)); err != nil {
		t.Fatal(err)
	}
	answer := make([]byte, 8+len(pair)+1)
	if _, err := io.ReadFull(c, answer); err != nil || answer[1] != getValuesResult || !bytes.Contains(answer, []byte(name+"1")) {
		t.Errorf("got the answer %q (%v), want the value of FCGI_MPXS_CONNS", answer, err)
	}
}
