//go:build linux

package host

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// The test binary is also the script: with this variable set it plays a role
// instead of running tests.
const roleKey = "HOST_TEST_ROLE"

// roles are scripts. QUERY_STRING is their parameter.
var roles = map[string]func(q string){
	"env":    func(string) { fmt.Print("Content-Type: text/plain\n\n" + strings.Join(os.Environ(), "\n")) },
	"echo":   echo,
	"says":   func(string) { io.Copy(os.Stdout, os.Stdin) },
	"length": length,
	"pulse":  pulse,
	"stuck": func(string) {
		signal.Ignore(syscall.SIGTERM)
		fmt.Print("Content-Type: text/plain\n\nstuck")
		forever()
	},
	"family": family,
	"hop":    hop,
	"late":   late,
	"loud":   loud,
	"sizes":  sizes,
	"owner":  owner,
	"killed": func(string) {
		fmt.Print("Content-Type: text/plain\n\nhalf")
		syscall.Kill(os.Getpid(), syscall.SIGKILL)
		forever()
	},
}

func TestMain(m *testing.M) {
	if role := roles[os.Getenv(roleKey)]; role != nil {
		role(os.Getenv("QUERY_STRING"))
		return
	}
	os.Exit(m.Run())
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func unhex(q string) string {
	var b []byte
	_, err := fmt.Sscanf(q, "%x", &b)
	must(err)
	return string(b)
}

func forever() {
	r, w, err := os.Pipe()
	must(err)
	defer w.Close()
	r.Read(make([]byte, 1))
}

// echo answers with the body it reads, and with CONTENT_LENGTH.
func echo(string) {
	fmt.Printf("Content-Type: text/plain\nX-Length: %s\n\n", os.Getenv("CONTENT_LENGTH"))
	n, err := io.Copy(os.Stdout, os.Stdin)
	must(err)
	fmt.Fprint(os.Stderr, n)
}

// length sends one Content-Length, writes another number of bytes, and may wait.
// Its parameter is STATED:WRITTEN:t.
func length(q string) {
	f := strings.Split(q, ":")
	n, err := strconv.Atoi(f[1])
	must(err)
	fmt.Printf("Content-Type: text/plain\nContent-Length: %s\n\n%s", f[0], strings.Repeat("x", n))
	if f[2] == "t" {
		fmt.Fprintln(os.Stderr, "tarrying")
		signal.Reset(syscall.SIGTERM)
		forever()
	}
}

func late(string) { forever() }

// pulse writes its pid, and never ends.
func pulse(string) {
	fmt.Printf("Content-Type: text/plain\n\n%d\n", os.Getpid())
	forever()
}

// family leaves a process in its group that ignores SIGTERM.
func family(q string) {
	if q == "member" {
		signal.Ignore(syscall.SIGTERM)
		fmt.Println("ready")
		forever()
	}
	r, w, err := os.Pipe()
	must(err)
	child := exec.Command("/proc/self/exe")
	child.Env = []string{roleKey + "=family", "QUERY_STRING=member"}
	child.Stdout = w
	must(child.Start())
	must(w.Close())
	r.Read(make([]byte, 1))
	fmt.Printf("Content-Type: text/plain\n\n%d", child.Process.Pid)
}

// hop redirects locally to its parameter; at the end of the redirects it writes its
// meta-variables.
func hop(q string) {
	if os.Getenv("PATH_INFO") == "/end" {
		fmt.Printf("Content-Type: text/plain\n\n%s %s?%s %s %s %s", os.Getenv("REQUEST_METHOD"), os.Getenv("PATH_INFO"), os.Getenv("QUERY_STRING"),
			os.Getenv("HTTP_COOKIE"), os.Getenv("CONTENT_LENGTH"), os.Getenv("CONTENT_TYPE"))
		return
	}
	fmt.Printf("Location: %s\n\n", unhex(q))
}

func loud(q string) {
	n, err := strconv.Atoi(q)
	must(err)
	for i := range n {
		fmt.Fprintf(os.Stderr, "%d %s\r\n", i, strings.Repeat("e", 100))
	}
	fmt.Fprint(os.Stderr, "no end")
	fmt.Print("Content-Type: text/plain\n\nloud")
}

// sizes writes 1 MiB in bursts of odd sizes.
func sizes(string) {
	fmt.Print("Content-Type: application/octet-stream\n\n")
	b := pattern(1 << 20)
	for n := 1; len(b) > 0; n = n*7%9973 + 1 {
		n = min(n, len(b))
		_, err := os.Stdout.Write(b[:n])
		must(err)
		b = b[n:]
	}
}

func pattern(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i * 31 / 7)
	}
	return b
}

// owner serves a script that never ends, and does not end by itself.
func owner(string) {
	path, err := os.Executable()
	must(err)
	srv := httptest.NewServer(&Handler{Path: path, Env: []string{roleKey + "=pulse"}})
	response, err := http.Get(srv.URL)
	must(err)
	_, err = io.CopyN(os.Stdout, response.Body, 4)
	must(err)
	io.Copy(os.Stdout, response.Body)
}

// script returns a Handler whose script plays a role.
func script(t testing.TB, role string) *Handler {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return &Handler{Path: path, Env: []string{roleKey + "=" + role, "GORACE=atexit_sleep_ms=0"}, Timeout: 20 * time.Second}
}

// serve serves h until the end of the test. No process may be left then.
func serve(t testing.TB, h *Handler) string {
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
	news chan struct{}
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	select {
	case j.news <- struct{}{}:
	default:
	}
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// await waits until the log contains want.
func (j *journal) await(t testing.TB, want string) {
	t.Helper()
	patience := time.After(20 * time.Second)
	for !strings.Contains(j.String(), want) {
		select {
		case <-j.news:
		case <-patience:
			t.Fatalf("not logged: %q; the log is:\n%s", want, j)
		}
	}
}

// receive returns the next value of a channel. It fails the test after 20 s.
func receive[T any](t testing.TB, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(20 * time.Second):
		t.Fatal("no value arrived within 20 s")
		panic("not reached")
	}
}

func logTo(h *Handler) *journal {
	j := &journal{news: make(chan struct{}, 1)}
	h.Logger = slog.New(slog.NewTextHandler(j, &slog.HandlerOptions{Level: slog.LevelDebug}))
	return j
}

// reply is a response with its whole body.
type reply struct {
	*http.Response
	body string
	err  error // from reading the body
}

func do(t testing.TB, r *http.Request) reply {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	defer client.CloseIdleConnections()
	return doWith(t, client, r)
}

func doWith(t testing.TB, client *http.Client, r *http.Request) reply {
	t.Helper()
	ctx, cancel := context.WithTimeout(r.Context(), time.Minute)
	defer cancel()
	response, err := client.Do(r.WithContext(ctx))
	if err != nil {
		return reply{err: err}
	}
	defer response.Body.Close()
	b, err := io.ReadAll(response.Body)
	return reply{response, string(b), err}
}

func request(t testing.TB, method, url string, body io.Reader) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func get(t testing.TB, url string) reply {
	t.Helper()
	return do(t, request(t, "GET", url, nil))
}

// want checks the status and the body, and that the whole response arrived.
func (r reply) want(t testing.TB, status int, body string) {
	t.Helper()
	if r.err != nil || r.StatusCode != status || r.body != body {
		t.Errorf("got %s", r)
		t.Errorf("want %d %q", status, body)
	}
}

func (r reply) String() string {
	if r.Response == nil {
		return r.err.Error()
	}
	return fmt.Sprintf("%d %.300q, error %v", r.StatusCode, r.body, r.err)
}

// write writes an executable file.
func write(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}
