//go:build linux

package main

import (
	"bufio"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A restart with an instance down loses no request, and the new process knows of it before its
// first one.
func TestABalancerThatTakesOverKnowsWhatIsDown(t *testing.T) {
	bin, err := built()
	if err != nil {
		t.Fatal(err)
	}
	up := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer up.Close()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	down := free.Addr().String()
	free.Close()
	g := &gateway{Cmd: exec.CommandContext(t.Context(), filepath.Join(bin, "classibench"), "serve", "balance", "--listen", "127.0.0.1:0", down, strings.TrimPrefix(up.URL, "http://"))}
	stderr, err := g.StderrPipe()
	if err := errors.Join(err, g.Start()); err != nil {
		t.Fatal(err)
	}
	readUntil(t, stderr, time.Now().Add(time.Minute))
	g.stderr = bufio.NewScanner(stderr)
	_, rest, _ := strings.Cut(g.await(t, "serving "), " on ")
	g.url, _, _ = strings.Cut(rest, " ")
	g.Process.Signal(syscall.SIGUSR2)
	g.await(t, "instance is down") // no request was sent
	_, pid, _ := strings.Cut(g.await(t, "the successor serves"), "pid=")
	next, err := strconv.Atoi(strings.Fields(pid)[0])
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Kill(next, syscall.SIGKILL)
	for range 9 {
		rs, err := http.Get(g.url)
		if err != nil || rs.StatusCode != http.StatusOK {
			t.Fatalf("got %v, %v", rs, err)
		}
		rs.Body.Close()
	}
	if err := g.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, syscall.ESRCH) {
		t.Log(err) // it has ended: nothing is left to wait for
	}
	syscall.Kill(next, syscall.SIGTERM)
	g.Process.Wait()
}
