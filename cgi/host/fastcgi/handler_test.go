package fastcgi

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/fcgi"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/classibench/classibench/cgi/host"
)

// goMux is served over FastCGI by net/http/fcgi.
func goMux() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("/echo", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Asked", r.Method+" "+r.URL.RequestURI()+" "+r.Header.Get("Cookie"))
		io.Copy(w, r.Body)
	})
	mux.HandleFunc("/query", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.URL.RawQuery) })
	mux.HandleFunc("/large", func(w http.ResponseWriter, r *http.Request) { w.Write(pattern(1 << 20)) })
	mux.HandleFunc("/unread", func(w http.ResponseWriter, r *http.Request) { http.Error(w, "no", http.StatusForbidden) })
	mux.HandleFunc("/env", func(w http.ResponseWriter, r *http.Request) {
		env := fcgi.ProcessEnv(r)
		fmt.Fprint(w, r.RemoteAddr, " ", env["SCRIPT_FILENAME"], " ", env["PATH_TRANSLATED"], " ", env["OWN"])
	})
	mux.HandleFunc("/redirect", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/echo", http.StatusSeeOther) })
	return mux
}

func pattern(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i * 31 / 7)
	}
	return b
}

// counted counts the connections that a listener accepts.
type counted struct {
	net.Listener
	n *atomic.Int64
}

func (c counted) Accept() (net.Conn, error) {
	conn, err := c.Listener.Accept()
	if err == nil {
		c.n.Add(1)
	}
	return conn, err
}

func listen(t testing.TB, network string) (net.Listener, string) {
	t.Helper()
	addr := "127.0.0.1:0"
	if network == "unix" {
		addr = filepath.Join(t.TempDir(), "s")
	}
	l, err := net.Listen(network, addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	if network == "unix" {
		return l, "unix:" + addr
	}
	return l, l.Addr().String()
}

// front serves h over HTTP until the end of the test.
func front(t testing.TB, h *Handler) string {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(func() {
		srv.Close()
		h.Wait()
	})
	return srv.URL
}

// A journal collects the log.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

// await waits until the log contains want.
func (j *journal) await(t testing.TB, want string) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(time.Millisecond) {
		j.mu.Lock()
		text := j.text.String()
		j.mu.Unlock()
		if strings.Contains(text, want) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("not logged: %q; the log is:\n%s", want, text)
		}
	}
}

func logTo(h *Handler) *journal {
	j := &journal{}
	h.Logger = slog.New(slog.NewTextHandler(j, &slog.HandlerOptions{Level: slog.LevelDebug}))
	return j
}

type reply struct {
	*http.Response
	body string
	err  error
}

func ask(t testing.TB, method, url string, body io.Reader) reply {
	t.Helper()
	r, err := http.NewRequest(method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Cookie", "a=1")
	return send(r)
}

// askWith requests url with the headers X-Large, X-Large-1 and so on.
func askWith(t testing.TB, url string, headers ...string) reply {
	t.Helper()
	r, err := http.NewRequest("GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, value := range headers {
		name := "X-Large"
		if i > 0 {
			name += fmt.Sprint("-", i)
		}
		r.Header.Set(name, value)
	}
	return send(r)
}

func send(r *http.Request) reply {
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(r)
	if err != nil {
		return reply{err: err}
	}
	defer response.Body.Close()
	b, err := io.ReadAll(response.Body)
	return reply{response, string(b), err}
}

func (r reply) want(t testing.TB, status int, body string) {
	t.Helper()
	if r.err != nil || r.StatusCode != status || r.body != body {
		t.Errorf("got %s", r)
		t.Errorf("want %d, %d bytes %.300q", status, len(body), body)
	}
}

func (r reply) String() string {
	if r.Response == nil {
		return r.err.Error()
	}
	return fmt.Sprintf("%d, %d bytes %.300q, error %v", r.StatusCode, len(r.body), r.body, r.err)
}

func TestAgainstGo(t *testing.T) {
	for _, network := range []string{"tcp", "unix"} {
		t.Run(network, func(t *testing.T) {
			l, addr := listen(t, network)
			go fcgi.Serve(l, goMux()) // returns when l is closed
			h := &Handler{Addr: addr, Script: "/srv/app", Root: "/srv/www", Env: []string{"OWN=1"}}
			logTo(h)
			url := front(t, h)

			got := ask(t, "GET", url+"/echo?x=1&y=%20", nil)
			got.want(t, 200, "")
			if asked := got.Header.Get("X-Asked"); asked != "GET /echo?x=1&y=%20 a=1" {
				t.Errorf("asked %q", asked)
			}
			for _, size := range []int{1, 1000, inline, 1<<16 - 1, 1 << 16, 1<<20 + 1} {
				b := string(pattern(size))
				ask(t, "POST", url+"/echo", strings.NewReader(b)).want(t, 200, b)
				ask(t, "POST", url+"/echo", struct{ io.Reader }{strings.NewReader(b)}).want(t, 200, b) // in chunks
			}
			ask(t, "GET", url+"/large", nil).want(t, 200, string(pattern(1<<20)))
			ask(t, "HEAD", url+"/large", nil).want(t, 200, "")
			ask(t, "GET", url+"/nowhere", nil).want(t, 404, "404 page not found\n")
			ask(t, "POST", url+"/redirect", nil).want(t, 303, "")
			env := ask(t, "GET", url+"/env", nil)
			if !strings.HasPrefix(env.body, "127.0.0.1:") || !strings.HasSuffix(env.body, " /srv/app /srv/www/env 1") {
				t.Errorf("got %s", env)
			}
			// The parameters need more than one record.
			ask(t, "GET", url+"/query?"+strings.Repeat("q", 100_000), nil).want(t, 200, strings.Repeat("q", 100_000))
			ask(t, "POST", url+"/unread", strings.NewReader(string(pattern(1<<20)))).want(t, 403, "no\n")
		})
	}
}

func TestConnectionIsKept(t *testing.T) {
	l, addr := listen(t, "unix")
	var conns atomic.Int64
	go fcgi.Serve(counted{l, &conns}, goMux())
	h := &Handler{Addr: addr}
	h.idle.patience = time.Hour
	logTo(h)
	url := front(t, h)
	for range 20 {
		ask(t, "GET", url+"/query?hello", nil).want(t, 200, "hello")
	}
	if n := conns.Load(); n != 2 {
		t.Errorf("%d connections were opened, want 2: 1 for the values and 1 that is kept", n)
	}
}

func TestInParallel(t *testing.T) {
	l, addr := listen(t, "unix")
	var conns atomic.Int64
	go fcgi.Serve(counted{l, &conns}, goMux())
	h := &Handler{Addr: addr, MaxConns: 3}
	h.idle.patience = time.Hour
	logTo(h)
	url := front(t, h)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 20 {
				b := strings.Repeat(fmt.Sprint(i), 1+j*200)
				ask(t, "GET", url+"/query?"+b, nil).want(t, 200, b)
			}
		})
	}
	wg.Wait()
	if n := conns.Load(); n > 3 {
		t.Errorf("%d connections were opened, want at most 3", n)
	}
}

// host.Serve closes the connections when it ends.
func TestServe(t *testing.T) {
	ended := make(chan struct{})
	h := &Handler{MaxConns: 32, Addr: backend(t, func(conn net.Conn, _ int) {
		for r := newReader(conn); question(r); {
			conn.Write(answer(hello))
		}
		close(ended)
	})}
	l, err := host.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- host.Serve(ctx, l, h) }()
	ask(t, "GET", "http://"+l.Addr().String(), nil).want(t, 200, "hello")
	stop()
	if err := receive(t, served); err != nil {
		t.Error(err)
	}
	receive(t, ended)
}
