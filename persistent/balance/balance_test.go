package balance_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/classibench/classibench/persistent/balance"
)

// start starts an instance and returns its address.
func start(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.Listener.Addr().String()
}

// dead returns an address at which nothing listens.
func dead(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// behind starts a balancer of instances, and returns its URL and its log.
func behind(t *testing.T, o balance.Options, addrs ...string) (string, *log) {
	t.Helper()
	l := &log{}
	o.Logger = slog.New(slog.NewTextHandler(l, nil))
	b, err := balance.New(addrs, o)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(b)
	t.Cleanup(s.Close)
	return s.URL, l
}

type log struct {
	mu sync.Mutex
	bytes.Buffer
}

func (l *log) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.Buffer.Write(b)
}

func (l *log) count(text string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.String(), text)
}

func get(t *testing.T, url string) (status int, body string) {
	t.Helper()
	return answer(t, request(t, "GET", url, nil))
}

func request(t *testing.T, method, url string, body io.Reader) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// oneConnection is a client whose requests follow each other: one is over for the balancer
// before the next begins.
func oneConnection(t *testing.T) http.RoundTripper {
	client := &http.Transport{MaxConnsPerHost: 1}
	t.Cleanup(client.CloseIdleConnections)
	return client
}

func answer(t *testing.T, r *http.Request) (status int, body string) {
	t.Helper()
	return answerTo(t, http.DefaultTransport, r)
}

func answerTo(t *testing.T, client http.RoundTripper, r *http.Request) (status int, body string) {
	t.Helper()
	response, err := client.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	b, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(b)
}

// While an instance is busy, requests go to the others.
func TestFewestInProgress(t *testing.T) {
	busy, done := make(chan string), make(chan bool)
	instance := func(name string) string {
		return start(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/slow" {
				busy <- name
				<-done
			}
			fmt.Fprint(w, name)
		})
	}
	url, _ := behind(t, balance.Options{}, instance("a"), instance("b"), instance("c"))
	var slow sync.WaitGroup
	taken := map[string]bool{}
	for range 2 {
		slow.Go(func() { get(t, url+"/slow") })
		taken[<-busy] = true
	}
	if len(taken) != 2 {
		t.Errorf("two slow requests are at %v, want two instances", taken)
	}
	client := oneConnection(t)
	for range 6 {
		if _, name := answerTo(t, client, request(t, "GET", url, nil)); taken[name] {
			t.Errorf("an instance with a request in progress got another: %s, beside %v", name, taken)
		}
	}
	close(done)
	slow.Wait()
	all := map[string]bool{}
	for n := 0; n < 100 && len(all) < 3; n++ {
		_, name := get(t, url)
		all[name] = true
	}
	if len(all) != 3 {
		t.Errorf("idle instances got requests: %v, want all three", all)
	}
}

// Requests with and without bodies are answered while an instance is down, which is
// reported once.
func TestDeadInstanceIsSkipped(t *testing.T) {
	echo := func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%s %s", r.Method, b)
	}
	for _, down := range []string{dead(t), "unix:" + filepath.Join(t.TempDir(), "none")} {
		url, log := behind(t, balance.Options{RetryAfter: time.Hour}, down, start(t, echo), down)
		for n := range 9 {
			for _, method := range []string{"GET", "POST", "PUT"} {
				want := fmt.Sprintf("%s %s", method, strings.Repeat("x", n*1000))
				status, got := answer(t, request(t, method, url, strings.NewReader(strings.Repeat("x", n*1000))))
				if status != 200 || got != want {
					t.Errorf("%s with %d bytes: got %d %.40q", method, n*1000, status, got)
				}
			}
		}
		if n := log.count("instance is down"); n != 2 {
			t.Errorf("two dead instances were reported %d times:\n%s", n, log)
		}
	}
}

// An instance that listens again gets requests again.
func TestInstanceComesBack(t *testing.T) {
	addr := dead(t)
	url, log := behind(t, balance.Options{RetryAfter: time.Nanosecond}, addr)
	if status, body := get(t, url); status != 502 || !strings.Contains(body, "no instance accepts connections") {
		t.Errorf("without an instance: got %d %q", status, body)
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Skip(err) // another program took the port
	}
	s := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "back") })}
	go s.Serve(l)
	defer s.Close()
	if status, body := get(t, url); status != 200 || body != "back" {
		t.Errorf("got %d %q", status, body)
	}
	if log.count("instance is up again") != 1 {
		t.Errorf("the log has\n%s", log)
	}
}

// A request that may have been carried out is not sent to another instance.
func TestBrokenOffIsNotRepeated(t *testing.T) {
	var got atomic.Int32
	breaks := func(w http.ResponseWriter, r *http.Request) {
		got.Add(1)
		panic(http.ErrAbortHandler)
	}
	for _, method := range []string{"POST", "GET"} {
		got.Store(0)
		url, _ := behind(t, balance.Options{}, start(t, breaks), start(t, breaks))
		status, body := answer(t, request(t, method, url, strings.NewReader("x")))
		if status != 502 || !strings.Contains(body, "broke off") || got.Load() != 1 {
			t.Errorf("%s: got %d %q after %d attempts", method, status, body, got.Load())
		}
	}
}

// An answer that breaks off in its middle does not look like a whole one.
func TestTruncatedAnswer(t *testing.T) {
	url, _ := behind(t, balance.Options{}, start(t, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "half")
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}))
	response, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if b, err := io.ReadAll(response.Body); err == nil {
		t.Errorf("a broken answer ends without an error, as %q", b)
	}
}

// An answer is the same as without the balancer.
func TestPassesOnUnchanged(t *testing.T) {
	instance := start(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/untyped":
			w.Header()["Content-Type"] = nil
		case "/zipped":
			w.Header().Set("Content-Encoding", "gzip")
		}
		w.Header().Add("Set-Cookie", "a=1")
		w.Header().Add("Set-Cookie", "b=2")
		w.WriteHeader(http.StatusTeapot)
		fmt.Fprintf(w, "<html>%s %s %q %q", r.Host, r.RequestURI, r.Header["Accept-Encoding"], r.Header["User-Agent"])
	})
	url, _ := behind(t, balance.Options{}, instance)
	for _, path := range []string{"/untyped", "/zipped", "/a%2Fb//c;d?x=1;y=%zz&&z", "/?"} {
		direct, through := exchange(t, instance, path), exchange(t, strings.TrimPrefix(url, "http://"), path)
		if direct != through {
			t.Errorf("%s: got\n%s\nwant\n%s", path, through, direct)
		}
	}
}

// exchange returns the answer to a request as it is on the wire, without its date.
func exchange(t *testing.T, addr, path string) string {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: ads.example\r\nConnection: close\r\n\r\n", path)
	response, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	response.Header.Del("Date")
	return fmt.Sprint(response.Status, response.Header, string(body))
}

// A body arrives while it is still being sent, in both directions.
func TestStreams(t *testing.T) {
	url, _ := behind(t, balance.Options{}, start(t, func(w http.ResponseWriter, r *http.Request) {
		http.NewResponseController(w).EnableFullDuplex()
		w.Header().Set("Content-Length", "6")
		for lines := bufio.NewScanner(r.Body); lines.Scan(); {
			fmt.Fprintln(w, lines.Text())
			w.(http.Flusher).Flush()
		}
	}))
	body, send := io.Pipe()
	go fmt.Fprintln(send, "1+")
	response, err := http.DefaultTransport.RoundTrip(request(t, "POST", url, body))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	lines := bufio.NewReader(response.Body)
	for _, next := range []string{"2+", ""} {
		if _, err := lines.ReadString('\n'); err != nil {
			t.Fatal(err)
		}
		if next != "" {
			fmt.Fprintln(send, next)
		}
	}
	send.Close()
	if rest, err := io.ReadAll(lines); err != nil || len(rest) > 0 {
		t.Errorf("after the last line: %q, %v", rest, err)
	}
}

// A connection that is upgraded, such as a WebSocket, is passed on.
func TestUpgrade(t *testing.T) {
	url, _ := behind(t, balance.Options{}, start(t, func(w http.ResponseWriter, r *http.Request) {
		c, buffered, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer c.Close()
		fmt.Fprint(c, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
		line, _ := buffered.ReadString('\n')
		fmt.Fprint(c, "echo ", line)
	}))
	r := request(t, "GET", url, nil)
	r.Header.Set("Connection", "Upgrade")
	r.Header.Set("Upgrade", "echo")
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	c, ok := response.Body.(io.ReadWriteCloser)
	if response.StatusCode != 101 || !ok {
		t.Fatalf("got %s, with a connection: %v", response.Status, ok)
	}
	defer c.Close()
	fmt.Fprintln(c, "hello")
	if got, err := io.ReadAll(c); string(got) != "echo hello\n" {
		t.Errorf("got %q, %v", got, err)
	}
}

// Connections to instances are kept.
func TestKeepsConnections(t *testing.T) {
	var opened atomic.Int32
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	s.Start()
	defer s.Close()
	url, _ := behind(t, balance.Options{}, s.Listener.Addr().String())
	for range 20 {
		get(t, url)
	}
	if n := opened.Load(); n > 5 { // one, unless the machine stops for long
		t.Errorf("20 requests opened %d connections", n)
	}
}

func TestAddresses(t *testing.T) {
	for _, addrs := range [][]string{{}, {"127.0.0.1"}, {"127.0.0.1:1", ""}, {"http://127.0.0.1:1/"}, {"127.0.0.1:"}, {"unix:"}} {
		if _, err := balance.New(addrs, balance.Options{}); err == nil {
			t.Errorf("%q are accepted", addrs)
		} else if bad := new(balance.AddressError); len(addrs) > 0 && !errors.As(err, &bad) {
			t.Errorf("%q: the error is %v", addrs, err)
		}
	}
}
