//go:build unix

package main_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/classibench/classibench/internal/classifieds/classifiedstest"
	"github.com/classibench/classibench/internal/classifieds/dataset"
)

// programKey turns the test binary into the program.
const programKey = "CLASSIFIEDS_PROGRAM"

// A running is the running program of the classifieds.
type running struct {
	cmd  *exec.Cmd
	db   string
	addr string
	log  io.Reader
}

// start starts the program on a small data set of its own.
func start(t *testing.T, settings ...string) *running {
	t.Helper()
	p := &running{db: filepath.Join(t.TempDir(), "ads.db")}
	if err := dataset.Make(t.Context(), p.db, dataset.Spec{Ads: 100, Categories: 8}, nil); err != nil {
		t.Fatal(err)
	}
	p.cmd = exec.Command(os.Args[0])
	p.cmd.Env = append(os.Environ(), append(settings, programKey+"=1", "CLASSIFIEDS_DB="+p.db, "CLASSIBENCH_LISTEN=127.0.0.1:0")...)
	stderr, err := p.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.cmd.Process.Kill(); p.cmd.Wait() })
	p.log = bufio.NewReader(stderr)
	line, err := p.log.(*bufio.Reader).ReadString('\n')
	found := regexp.MustCompile(`msg=listening addr=(\S+)`).FindStringSubmatch(line)
	if found == nil {
		t.Fatalf("the server's first line is %q (%v), want msg=listening", line, err)
	}
	p.addr = found[1]
	return p
}

// stop asks the program to end, and fails if its status is not 0.
func (p *running) stop(t *testing.T) {
	t.Helper()
	p.cmd.Process.Signal(syscall.SIGTERM)
	log, _ := io.ReadAll(p.log)
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("after SIGTERM, the program ends with %v, and logs\n%s", err, log)
	}
}

const form = "category=bicycles&title=Zeppelin&body=Filled+with+xylophones.&price=25&place=Harbour&seller=Zoe&email=zoe@example.org"

// begin sends the head of a post, and returns when the program's handler reads the body.
func (p *running) begin(t *testing.T) (net.Conn, *bufio.Reader) {
	t.Helper()
	c, err := net.Dial("tcp", p.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	fmt.Fprintf(c, "POST /ads HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n", len(form))
	r := bufio.NewReader(c)
	if line, err := r.ReadString('\n'); !strings.Contains(line, "100 Continue") {
		t.Fatalf("got %q, %v, want 100 Continue", line, err)
	}
	r.ReadString('\n')
	return c, r
}

// A clean stop leaves all writes in the data set, and none in the write-ahead log.
func TestStopEmptiesTheLog(t *testing.T) {
	p := start(t)
	c, r := p.begin(t)
	io.WriteString(c, form)
	if rs, err := http.ReadResponse(r, nil); err != nil || rs.StatusCode != http.StatusSeeOther {
		t.Fatalf("the answer to a post is %v, %v", rs, err)
	}
	p.stop(t)
	if left, err := filepath.Glob(p.db + "-*"); err != nil || len(left) > 0 {
		t.Errorf("a clean stop leaves %v (%v)", left, err)
	}
}

// While another process holds the lock, SIGTERM ends the server within its grace period: the
// posts that wait are answered with 503.
func TestStopWhileWritesWait(t *testing.T) {
	t.Parallel()
	p := start(t)
	release := classifiedstest.Lock(t, p.db)
	var answers []*bufio.Reader
	for range 5 {
		c, r := p.begin(t)
		io.WriteString(c, form)
		answers = append(answers, r)
	}
	p.stop(t)
	for _, r := range answers {
		rs, err := http.ReadResponse(r, nil)
		if err != nil || rs.StatusCode != http.StatusServiceUnavailable || rs.Header.Get("Retry-After") == "" {
			t.Errorf("the answer is %v, %v, want 503 with Retry-After", rs, err)
		}
	}
	release()
}
