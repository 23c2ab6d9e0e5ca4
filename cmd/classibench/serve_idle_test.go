//go:build linux

package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Clients that keep more connections than the gateway may have descriptors give way to others:
// all are answered, and none with an error for which the gateway lacks a descriptor.
func TestIdleClientsMakeRoom(t *testing.T) {
	g := startGateway(t, "#!/bin/sh\nprintf 'Content-Type: text/plain\\n\\nok'\n", "sh", "-c", `ulimit -n 48; exec "$@"`, "sh")
	for i := range 40 {
		c, err := net.Dial("tcp", strings.TrimPrefix(g.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		c.SetDeadline(time.Now().Add(time.Minute))
		fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		rs, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			t.Fatalf("client %d: %v", i, err)
		}
		if body, err := io.ReadAll(rs.Body); string(body) != "ok" || err != nil {
			t.Fatalf("client %d got %s: %q, %v", i, rs.Status, body, err)
		}
	}
	g.Process.Signal(syscall.SIGTERM)
	for g.stderr.Scan() {
		t.Log(g.stderr.Text())
	}
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
}
