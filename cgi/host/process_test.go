//go:build linux

package host

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// gone waits until a process has ended. It reaps a child of this process.
func gone(t testing.TB, pid int) {
	t.Helper()
	if pid <= 1 {
		t.Fatalf("pid %d is not a script's", pid)
	}
	for deadline := time.Now().Add(20 * time.Second); alive(pid); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("process %d is still alive", pid)
		}
	}
}

// alive reports whether a process exists. A zombie of another parent does not
// count.
func alive(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	return fields[0] != "Z" || fields[1] == strconv.Itoa(os.Getpid())
}

// start requests url. It returns the response, and the script's pid from the first
// line of the body.
func start(t testing.TB, ctx context.Context, url string) (*http.Response, int) {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(request(t, "GET", url, nil).WithContext(ctx))
	if err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(response.Body).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	return response, pid
}

// The first line arrives while the script runs, and the script ends when the client
// leaves.
func TestFirstByteAndClientLeaves(t *testing.T) {
	ctx, leave := context.WithCancel(t.Context())
	_, pid := start(t, ctx, serve(t, script(t, "pulse")))
	if !alive(pid) {
		t.Fatal("the script had ended before the first line was read")
	}
	leave()
	gone(t, pid)
}

func TestTimeUp(t *testing.T) {
	h := script(t, "late")
	h.Timeout = time.Millisecond
	j := logTo(h)
	get(t, serve(t, h)).want(t, http.StatusGatewayTimeout, "Gateway Timeout\n")
	j.await(t, "the time limit was reached")
}

// The time limit ends a script that ignores SIGTERM and has begun to answer.
func TestTimeUpWithinTheResponse(t *testing.T) {
	t.Parallel()
	h := script(t, "stuck")
	h.Timeout = 5 * time.Second
	j := logTo(h)
	if got := get(t, serve(t, h)); got.err == nil || got.body != "stuck" {
		t.Errorf("got %s, want the first part and an error", got)
	}
	j.await(t, "response cut off")
}

// A client that does not read must not hold the process beyond the time limit.
func TestTimeUpWhileTheClientDoesNotRead(t *testing.T) {
	t.Parallel()
	h := &Handler{Path: write(t, "zeros", "#!/bin/sh\necho Content-Type: a/b\necho\nexec cat /dev/zero\n"), Timeout: time.Second}
	j := logTo(h)
	c, err := net.Dial("tcp", strings.TrimPrefix(serve(t, h), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	j.await(t, "the time limit was reached")
}

func TestEverythingOfAPipeArrives(t *testing.T) {
	url := serve(t, script(t, "sizes"))
	for range 5 {
		if got := get(t, url); got.err != nil || got.body != string(pattern(1<<20)) {
			t.Fatalf("got %d bytes, error %v; want 1 MiB of the pattern", len(got.body), got.err)
		}
	}
}

// Scripts end when their owner is killed.
func TestOwnerDies(t *testing.T) {
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	owner := exec.Command(path)
	owner.Env = append(os.Environ(), roleKey+"=owner", "GORACE=atexit_sleep_ms=0")
	owner.Stderr = os.Stderr
	out, err := owner.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := owner.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	if !alive(pid) {
		t.Fatal("the script ended before its owner was killed")
	}
	if err := owner.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	owner.Wait() // fails: it was killed
	gone(t, pid)
}

// belongings counts the descriptors and the children of this process.
func belongings(t testing.TB) (fds, children int) {
	t.Helper()
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	tasks, err := os.ReadDir("/proc/self/task")
	if err != nil {
		t.Fatal(err)
	}
	for _, task := range tasks {
		// A thread may have ended since; another thread has its children then.
		b, err := os.ReadFile("/proc/self/task/" + task.Name() + "/children")
		if err != nil && !errors.Is(err, os.ErrNotExist) && !errors.Is(err, syscall.ESRCH) {
			t.Fatal(err)
		}
		children += len(bytes.Fields(b))
	}
	return len(open), children
}

// Many requests of all kinds must leave no child, not even a zombie, and no
// descriptor.
func TestNothingLeaks(t *testing.T) {
	handlers := map[string]*Handler{}
	for _, role := range []string{"env", "echo", "pulse", "killed", "family", "says", "stuck"} {
		h := script(t, role)
		h.Timeout = 2 * time.Second
		logTo(h)
		handlers[role] = h
	}
	missing := &Handler{Path: "/nonexistent/script"}
	logTo(missing)
	handlers["missing"] = missing
	urls := map[string]string{}
	for role, h := range handlers {
		urls[role] = serve(t, h)
	}
	round := func() {
		var wg sync.WaitGroup
		for range 8 {
			for role, url := range urls {
				wg.Go(func() {
					body := io.Reader(strings.NewReader(strings.Repeat("Content-Type: a/b\n", 10000)))
					ctx, leave := context.WithCancel(t.Context())
					defer leave()
					r := request(t, "POST", url, body).WithContext(ctx)
					if role == "pulse" || role == "stuck" {
						client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
						if response, err := client.Do(r); err == nil {
							response.Body.Read(make([]byte, 1))
							leave()
							response.Body.Close()
						}
						return
					}
					do(t, r)
				})
			}
		}
		wg.Wait()
		for _, h := range handlers {
			h.Wait()
		}
	}
	round()
	http.DefaultClient.CloseIdleConnections()
	fds, _ := belongings(t)
	round()
	// The server closes its side of a closed connection a moment later.
	var after, children int
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		if after, children = belongings(t); after <= fds && children == 0 {
			return
		}
	}
	t.Errorf("got %d descriptors and %d children, want %d and 0", after, children, fds)
}

// On other systems, os/exec runs the script.
func TestPortable(t *testing.T) {
	portable := func(role string) *Handler {
		h := script(t, role)
		h.once.Do(h.init)
		h.gateway.Respond = h.runPortable
		return h
	}
	do(t, request(t, "POST", serve(t, portable("echo")), strings.NewReader("hello"))).want(t, 200, "hello")
	get(t, serve(t, portable("length"))+"/?5:5:").want(t, 200, "xxxxx")
	if got := get(t, serve(t, portable("killed"))); got.err == nil {
		t.Errorf("killed: got a whole response: %s", got)
	}
	ctx, leave := context.WithCancel(t.Context())
	_, pid := start(t, ctx, serve(t, portable("pulse")))
	leave()
	gone(t, pid)
}
