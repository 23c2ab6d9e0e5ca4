//go:build linux

package host

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"
)

// These tests check what a client that does not read its response costs.

const large = 6 << 20 // more than the system's buffers hold

// largeScript answers /large with as many zeros, /endless without end, and other
// paths with "page".
const largeScript = `#!/bin/sh
printf 'Content-Type: a/b\n\n'
case $PATH_INFO in
/large) exec head -c 6291456 /dev/zero ;;
/endless) echo $$; exec cat /dev/zero ;;
*) printf page ;;
esac
`

// nph returns a script that speaks HTTP itself.
func nph(script string) string {
	return strings.Replace(script, "printf '", `printf 'HTTP/1.0 200 OK\r\n`, 1)
}

// ask requests a path, and returns the connection after the first byte of the
// response.
func ask(t testing.TB, url, path string) net.Conn {
	t.Helper()
	return askBy(t, &net.Dialer{}, url, path)
}

// narrow dials connections whose clients take next to nothing without reading.
var narrow = &net.Dialer{Control: func(_, _ string, c syscall.RawConn) error {
	return c.Control(func(fd uintptr) { syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, 1) }) // the least that the system allows
}}

func askBy(t testing.TB, by *net.Dialer, url, path string) net.Conn {
	t.Helper()
	c, err := by.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", path)
	c.SetReadDeadline(time.Now().Add(20 * time.Second))
	if _, err := io.ReadFull(c, make([]byte, 1)); err != nil {
		t.Fatalf("no response to %s: %v", path, err)
	}
	return c
}

// unused checks that no temporary file is in use after the last request.
func unused(t testing.TB, h *Handler) {
	t.Helper()
	h.Wait()
	if n := h.gateway.spool.Used(); n != 0 {
		t.Errorf("%d bytes of temporary files are in use after the last request", n)
	}
}

// Clients that do not read hold no place, once their scripts have ended: more of
// them than places get the first byte, and another client gets its page.
func TestClientsThatDoNotRead(t *testing.T) {
	onBoth(t, func(t *testing.T, handler func(string) *Handler) {
		h := handler(largeScript)
		h.MaxProcesses = 4
		if h.gateway != nil {
			h.gateway.MaxRequests = 4
		}
		url, stop := serving(t, h)
		var clients []net.Conn
		for range 17 {
			clients = append(clients, ask(t, url, "/large"))
		}
		get(t, url).want(t, 200, "page")
		response, err := http.ReadResponse(bufio.NewReader(io.MultiReader(strings.NewReader("H"), clients[16])), nil)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := io.Copy(io.Discard, response.Body); n != large || err != nil {
			t.Errorf("a client that reads at last got %d bytes, want %d, error %v", n, large, err)
		}
		for _, c := range clients {
			c.Close()
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
		unused(t, h)
	})
}

// A script that speaks HTTP itself is freed in the same way.
func TestNPHClientsThatDoNotRead(t *testing.T) {
	h := &Handler{Path: write(t, "nph-x", nph(largeScript)), MaxProcesses: 2}
	url, stop := serving(t, h)
	var last net.Conn
	for range 5 {
		last = ask(t, url, "/large")
	}
	get(t, url).want(t, 200, "page")
	if n, err := io.Copy(io.Discard, last); n < large || err != nil {
		t.Errorf("a client that reads at last got %d bytes, error %v", n, err)
	}
	stop() // cuts off the other four, whose connections are open
	unused(t, h)
}

// endless returns a handler with one place, and little room for the response of a
// client that does not read.
func endless(t testing.TB, h *Handler) *Handler {
	h.MaxProcesses, h.SendTimeout = 1, 200*time.Millisecond
	h.init()
	h.once.Do(func() {})
	h.gateway.MaxRequests, h.gateway.SendTimeout = 1, h.SendTimeout
	h.gateway.spool.File = 1 << 20
	return h
}

// A script without an end waits for its client, at the limit of the spool. The
// client is disconnected if it takes nothing, or too little; the script ends, with
// its group, and its place is free.
func TestEndlessScript(t *testing.T) {
	for name, path := range map[string]string{"CGI": "x.cgi", "NPH": "nph-x"} {
		text := largeScript
		if name == "NPH" {
			text = nph(text)
		}
		for client, read := range map[string]func(net.Conn){
			"takes nothing":  func(net.Conn) {},
			"takes a little": trickle,
		} {
			t.Run(name+", a client that "+client, func(t *testing.T) {
				h := endless(t, &Handler{Path: write(t, path, text)})
				url, stop := serving(t, h)
				c := ask(t, url, "/endless")
				go read(c)
				get(t, url).want(t, 200, "page") // waits for the only place
				c.Close()
				if err := stop(); err != nil {
					t.Error(err)
				}
				unused(t, h)
			})
		}
	}
}

// trickle reads a byte at a time, at about 100 bytes a second.
func trickle(c net.Conn) {
	for b := make([]byte, 1); ; time.Sleep(10 * time.Millisecond) {
		if _, err := c.Read(b); err != nil {
			return
		}
	}
}

// A client that reads a byte at a time is disconnected also after the script's end.
func TestTricklingClient(t *testing.T) {
	h := &Handler{Path: write(t, "x.cgi", largeScript), SendTimeout: 200 * time.Millisecond}
	j := logTo(h)
	url, stop := serving(t, h)
	go trickle(ask(t, url, "/large"))
	j.await(t, "the client does not read its answer")
	if err := stop(); err != nil {
		t.Error(err)
	}
	unused(t, h)
}

// With another server, a client that does not read is disconnected too, and the
// deadlines for that do not outlive the response.
func TestAnotherServer(t *testing.T) {
	h := endless(t, &Handler{Path: write(t, "x.cgi", largeScript)})
	srv := httptest.NewServer(h)
	defer srv.Close()
	ask(t, srv.URL, "/endless")
	get(t, srv.URL).want(t, 200, "page")
	client := &http.Client{Transport: &http.Transport{MaxConnsPerHost: 1}}
	defer client.CloseIdleConnections()
	for range 2 {
		response, err := client.Get(srv.URL + "/large")
		if err != nil {
			t.Fatal(err)
		}
		if n, err := io.Copy(io.Discard, response.Body); n != large || err != nil {
			t.Errorf("got %d bytes, error %v", n, err)
		}
		response.Body.Close()
		<-time.After(2 * h.SendTimeout) // until a deadline of the first response has passed
	}
}

// The time limit is that of the script: it does not cut off a client that reads the
// rest later.
func TestTheTimeLimitIsTheScripts(t *testing.T) {
	t.Parallel()
	h := &Handler{Path: write(t, "x.cgi", largeScript), Timeout: 3 * time.Second}
	url, stop := serving(t, h)
	limit := time.After(h.Timeout)
	c := ask(t, url, "/large")
	<-limit
	response, err := http.ReadResponse(bufio.NewReader(io.MultiReader(strings.NewReader("H"), c)), nil)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := io.Copy(io.Discard, response.Body); n != large || err != nil {
		t.Errorf("got %d bytes, error %v", n, err)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

// A server that stops delivers what scripts have written.
func TestStopDelivers(t *testing.T) {
	h := &Handler{Path: write(t, "x.cgi", largeScript)}
	url, stop := serving(t, h)
	c := ask(t, url, "/large")
	get(t, url).want(t, 200, "page")
	stopped := make(chan error)
	go func() { stopped <- stop() }()
	if n, err := io.Copy(io.Discard, io.LimitReader(c, large)); n != large || err != nil {
		t.Errorf("got %d bytes, error %v", n, err)
	}
	c.Close()
	if err := receive(t, stopped); err != nil {
		t.Error(err)
	}
	unused(t, h)
}

// After the time for requests in flight, a client that has not read is cut off.
func TestStopCutsOffAClientThatDoesNotRead(t *testing.T) {
	if testing.Short() {
		t.Skip("takes five seconds: the time of requests in flight")
	}
	t.Parallel()
	h := &Handler{Path: write(t, "x.cgi", largeScript)}
	url, stop := serving(t, h)
	ask(t, url, "/large")
	if err := stop(); err == nil || !strings.Contains(err.Error(), "still in flight") {
		t.Errorf("got %v", err)
	}
	unused(t, h)
}

// Request bodies share the limit of the temporary files.
func TestBodiesAreLimitedTogether(t *testing.T) {
	h := script(t, "echo")
	h.MaxSpool = 1 << 20
	url := serve(t, h)
	got := do(t, request(t, "POST", url, strings.NewReader(strings.Repeat("x", 2<<20))))
	if got.StatusCode != 503 || got.Header.Get("Retry-After") == "" {
		t.Errorf("a body beyond the limit: got %s, want 503 with Retry-After", got)
	}
	body := strings.Repeat("x", 512<<10)
	do(t, request(t, "POST", url, strings.NewReader(body))).want(t, 200, body)
	unused(t, h)
}

// A response that the spool has no place for is passed on at the pace of its client.
func TestNoPlaceForTheSpool(t *testing.T) {
	url := serve(t, &Handler{Path: write(t, "x.cgi", largeScript)})
	t.Setenv("TMPDIR", "/nonexistent")
	if got := get(t, url+"/large"); got.err != nil || len(got.body) != large {
		t.Errorf("got %d bytes, error %v", len(got.body), got.err)
	}
}

// The first part of a response arrives while the script waits, on any server.
func TestStreamsArriveAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, handler func(string) *Handler) {
		for name, start := range map[string]func(h *Handler) string{
			"Serve":   func(h *Handler) string { url, stop := serving(t, h); t.Cleanup(func() { stop() }); return url },
			"another": func(h *Handler) string { return serve(t, h) },
		} {
			t.Run(name, func(t *testing.T) {
				goOn := newFifo(t)
				url := start(handler(shellHead + "while read x; do echo event; [ $x = go ] || exit 0; done <" + goOn.path + "\n"))
				goOn.tell(t)
				response, err := http.Get(url)
				if err != nil {
					t.Fatal(err)
				}
				defer response.Body.Close()
				lines := bufio.NewReader(response.Body)
				for range 3 {
					if line, err := lines.ReadString('\n'); line != "event\n" || err != nil {
						t.Fatalf("got %q, %v", line, err)
					}
					goOn.tell(t)
				}
				fmt.Fprintln(goOn, "end")
				if _, err := io.ReadAll(lines); err != nil && !errors.Is(err, io.EOF) {
					t.Error(err)
				}
			})
		}
	})
}
