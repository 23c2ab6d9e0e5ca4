//go:build linux

package host

import (
	"bufio"
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// stream hides the length of a body, so that it is sent in chunks.
type stream struct{ io.Reader }

func TestBodies(t *testing.T) {
	h := script(t, "echo")
	logTo(h)
	h.MaxBody = 1 << 20
	url := serve(t, h)
	for _, size := range []int{1, 100, bufferSize - 1, bufferSize, bufferSize + 1, 1 << 20} {
		b := string(pattern(size))
		for name, body := range map[string]io.Reader{"with a length": strings.NewReader(b), "in chunks": stream{strings.NewReader(b)}} {
			t.Run(fmt.Sprintf("%d %s", size, name), func(t *testing.T) {
				got := do(t, request(t, "POST", url, body))
				if got.err != nil || got.StatusCode != 200 || got.body != b || got.Header.Get("X-Length") != fmt.Sprint(size) {
					t.Errorf("got %d of %d bytes, CONTENT_LENGTH %q, error %v", len(got.body), size, got.Header.Get("X-Length"), got.err)
				}
			})
		}
	}
	for name, body := range map[string]io.Reader{"nil": nil, "empty": strings.NewReader(""), "no chunks": stream{strings.NewReader("")}} {
		t.Run(name, func(t *testing.T) {
			got := do(t, request(t, "POST", url, body))
			got.want(t, 200, "")
			if got.Header.Get("X-Length") != "0" { // sent as a length, or in zero chunks
				t.Errorf("got CONTENT_LENGTH %q, want 0", got.Header.Get("X-Length"))
			}
		})
	}
	t.Run("no body", func(t *testing.T) {
		if got := get(t, url); got.Header.Get("X-Length") != "" {
			t.Errorf("got CONTENT_LENGTH %q, want none", got.Header.Get("X-Length"))
		}
	})
	t.Run("too large", func(t *testing.T) {
		for _, body := range []io.Reader{strings.NewReader(string(pattern(1<<20 + 1))), stream{strings.NewReader(string(pattern(1<<20 + 1)))}} {
			do(t, request(t, "POST", url, body)).want(t, 413, "Request Entity Too Large\n")
		}
	})
}

func TestBodyThatCannotBeStored(t *testing.T) {
	t.Setenv("TMPDIR", "/nonexistent")
	h := script(t, "echo")
	j := logTo(h)
	url := serve(t, h)
	do(t, request(t, "POST", url, strings.NewReader(string(pattern(bufferSize+1))))).want(t, 507, "Insufficient Storage\n")
	j.await(t, "/nonexistent")
	do(t, request(t, "POST", url, strings.NewReader("small"))).want(t, 200, "small")
}

// A client that sends too slowly gets 408, and no process is started.
func TestSlowBody(t *testing.T) {
	h := script(t, "echo")
	h.Timeout = 50 * time.Millisecond
	c, err := net.Dial("tcp", strings.TrimPrefix(serve(t, h), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprint(c, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhel")
	response, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil || response.StatusCode != http.StatusRequestTimeout {
		t.Errorf("got %v, %v, want 408", response, err)
	}
}

// The deadline of a body must not apply to the rest of the connection.
func TestDeadlineOfABodyIsLifted(t *testing.T) {
	h := script(t, "echo")
	url := serve(t, h)
	client := &http.Client{Transport: &http.Transport{MaxConnsPerHost: 1}}
	defer client.CloseIdleConnections()
	for range 3 {
		response, err := client.Post(url, "a/b", strings.NewReader("hello"))
		if err != nil {
			t.Fatal(err)
		}
		if b, err := io.ReadAll(response.Body); string(b) != "hello" {
			t.Errorf("got %q, %v", b, err)
		}
		response.Body.Close()
	}
}

func TestLocalRedirects(t *testing.T) {
	h := script(t, "hop")
	j := logTo(h)
	url := serve(t, h)
	ask := func(method, location string) reply {
		r := request(t, method, url+"/?"+hex.EncodeToString([]byte(location)), strings.NewReader("body"))
		r.Header.Set("Cookie", "a=1")
		r.Header.Set("Content-Type", "a/b")
		return do(t, r)
	}
	ask("POST", "/end?x=1").want(t, 200, "GET /end?x=1 a=1  ")
	ask("PUT", "/"+"?"+hex.EncodeToString([]byte("/end"))).want(t, 200, "GET /end? a=1  ")
	ask("HEAD", "/end").want(t, 200, "")
	loop := fmt.Sprintf("/x?%x", "/x")
	for range maxHops {
		loop = fmt.Sprintf("/x?%x", loop)
	}
	ask("GET", loop).want(t, 502, "Bad Gateway\n")
	j.await(t, "more than 10 in a row")
	ask("GET", "/%zz").want(t, 502, "Bad Gateway\n")
	j.await(t, "invalid URL escape")
}

// "//host/path" is a path on this server, not a URL of another.
func TestLocalRedirectToTwoSlashes(t *testing.T) {
	h := script(t, "hop")
	h.Redirect = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s of %s", r.URL.Path, r.Host)
	})
	url := serve(t, h)
	got := get(t, url+"/?"+hex.EncodeToString([]byte("//example.org/x")))
	got.want(t, 200, "//example.org/x of "+strings.TrimPrefix(url, "http://"))
}

// With MaxProcesses 1, the redirecting script must be gone before the next one
// starts.
func TestLocalRedirectWithOneProcess(t *testing.T) {
	h := script(t, "hop")
	h.MaxProcesses = 1
	get(t, serve(t, h)+"/?"+hex.EncodeToString([]byte("/end"))).want(t, 200, "GET /end?   ")
}

// awaitLine waits until a request waits in the queue.
func awaitLine(t *testing.T, h *Handler) {
	t.Helper()
	for limit := time.Now().Add(20 * time.Second); h.gateway.line.waiting.Load() == 0; time.Sleep(time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatal("no request waits in the queue after 20 s")
		}
	}
}

func TestLine(t *testing.T) {
	h := script(t, "pulse")
	h.MaxProcesses, h.MaxWaiting, h.Timeout = 1, 1, 10*time.Second
	j := logTo(h)
	url := serve(t, h)
	first, err := http.Get(url) // takes the only place
	if err != nil {
		t.Fatal(err)
	}
	defer first.Body.Close()
	ctx, leave := context.WithCancel(t.Context())
	turn := make(chan int, 1)
	go func() {
		response, err := http.DefaultClient.Do(request(t, "GET", url, nil).WithContext(ctx))
		if err != nil {
			t.Error(err)
			close(turn)
			return
		}
		defer response.Body.Close()
		turn <- response.StatusCode
	}()
	awaitLine(t, h)
	crowded := get(t, url)
	crowded.want(t, 503, "Service Unavailable\n")
	if crowded.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	j.await(t, "the queue is full")
	first.Body.Close() // the client leaves, so the script ends
	if got := receive(t, turn); got != 200 {
		t.Errorf("the waiting request got %d, want 200", got)
	}
	leave()
}

func TestTimeUpInLine(t *testing.T) {
	h := script(t, "pulse")
	h.MaxProcesses, h.Timeout = 1, 500*time.Millisecond
	url := serve(t, h)
	h.once.Do(h.init)
	h.gateway.once.Do(h.gateway.init)
	if err := h.gateway.line.enter(t.Context()); err != nil { // take the only place
		t.Fatal(err)
	}
	defer h.gateway.line.leave()
	get(t, url).want(t, 503, "Service Unavailable\n")
}

// Requests are admitted in the order of their arrival.
func TestLineIsInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(1, 100)
		if err := q.enter(t.Context()); err != nil {
			t.Fatal(err)
		}
		var order []int
		for i := range 50 {
			go func() {
				if err := q.enter(t.Context()); err != nil {
					t.Error(err)
				}
				order = append(order, i) // no lock: only one goroutine is between enter and leave
				q.leave()
			}()
			synctest.Wait() // until it waits in the queue
		}
		q.leave()
		synctest.Wait()
		if len(order) != 50 || !slices.IsSorted(order) {
			t.Errorf("got %v, want them in order", order)
		}
	})
}

func TestStderrIsLogged(t *testing.T) {
	h := script(t, "loud")
	j := logTo(h)
	url := serve(t, h)
	get(t, url+"/?2").want(t, 200, "loud")
	j.await(t, `line="no end"`)
	for _, want := range []string{`line="0 eee`, `line="1 eee`} {
		if !strings.Contains(j.String(), want) {
			t.Errorf("not logged: %s; the log is:\n%s", want, j)
		}
	}
	if strings.Contains(j.String(), `\r`) {
		t.Error("a carriage return was logged")
	}
	get(t, url+"/?100000").want(t, 200, "loud") // 10 MB: the log is limited, and the script is not blocked
	j.await(t, "last=true")
	if n := len(j.String()); n > 2*maxLines+1000*len("script's standard error"+h.Path) {
		t.Errorf("%d bytes were logged", n)
	}
}

func TestScriptsThatDoNotStart(t *testing.T) {
	for name, c := range map[string]struct {
		path, logged string
	}{
		"missing":        {"/nonexistent/script", "no such file or directory"},
		"a directory":    {t.TempDir(), "permission denied"},
		"no interpreter": {write(t, "bad", "#!/nonexistent/interpreter\n"), "no such file or directory"},
		"not a program":  {write(t, "text", "hello\n"), "exec format error"},
	} {
		t.Run(name, func(t *testing.T) {
			h := &Handler{Path: c.path}
			j := logTo(h)
			get(t, serve(t, h)).want(t, 500, "Internal Server Error\n")
			j.await(t, c.logged)
		})
	}
}

func TestHeaderThatFitsNoEnvironment(t *testing.T) {
	r := request(t, "GET", serve(t, script(t, "env")), nil)
	r.Header.Set("X-Long", strings.Repeat("l", 200<<10)) // Linux allows 128 KiB per string
	do(t, r).want(t, 431, "Request Header Fields Too Large\n")
}

// A script whose name begins with "nph-" writes to the connection itself.
func TestNPH(t *testing.T) {
	path := write(t, "nph-hello", "#!/bin/sh\nprintf 'HTTP/1.1 299 As I like it\\r\\nX-A: b\\r\\n\\r\\nraw'\n")
	c, err := net.Dial("tcp", strings.TrimPrefix(serve(t, &Handler{Path: path}), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	got, err := io.ReadAll(c)
	if want := "HTTP/1.1 299 As I like it\r\nX-A: b\r\n\r\nraw"; string(got) != want || err != nil {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
}

// If the connection cannot be hijacked, the head is parsed.
func TestNPHWithoutAConnection(t *testing.T) {
	w := httptest.NewRecorder()
	(&Handler{Path: write(t, "nph-hello", "#!/bin/sh\nprintf 'HTTP/1.1 299 As I like it\\r\\nX-A: b\\r\\n\\r\\nraw'\n")}).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if w.Code != 299 || w.Header().Get("X-A") != "b" || w.Body.String() != "raw" {
		t.Errorf("got %d %v %q", w.Code, w.Header(), w.Body)
	}
}

func TestNPHClientLeaves(t *testing.T) {
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	link := t.TempDir() + "/nph-pulse"
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	h := script(t, "pulse")
	h.Path = link
	j := logTo(h)
	c, err := net.Dial("tcp", strings.TrimPrefix(serve(t, h), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	if _, err := io.ReadFull(c, make([]byte, 20)); err != nil {
		t.Fatal(err)
	}
	c.Close()
	j.await(t, "context canceled")
}
