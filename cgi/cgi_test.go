package cgi_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"

	ours "github.com/classibench/classibench/cgi"
)

// The test binary is its own script: with this variable set it serves one request
// instead of running tests.
const roleKey = "CGI_TEST_ROLE"

func TestMain(m *testing.M) {
	if os.Getenv(roleKey) != "" {
		if err := ours.Serve(http.HandlerFunc(script)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func script(w http.ResponseWriter, r *http.Request) {
	if h := behaviours[r.URL.Path]; h != nil {
		h(w, r)
		return
	}
	body, err := io.ReadAll(r.Body)
	w.Header().Set("X-Pid", fmt.Sprint(os.Getpid()))
	w.WriteHeader(http.StatusTeapot)
	fmt.Fprintf(w, "%s %s %s from %s, body %q %v, arguments %q", r.Method, r.URL.RequestURI(), r.Header.Get("X-Colour"), r.Host, body, err, os.Args[1:])
}

// behaviours are handlers that net/http/cgi alone would serve in another way than net/http.
var behaviours = map[string]http.HandlerFunc{
	"/hints": func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusEarlyHints)
		w.WriteHeader(http.StatusAccepted)
		io.WriteString(w, "hinted")
	},
	"/panic": func(http.ResponseWriter, *http.Request) { panic("on purpose") },
	"/late": func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusOK)
		w.Header().Set("X-Late", "1")
		w.WriteHeader(http.StatusTeapot)
		io.WriteString(w, "late")
	},
	"/none": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) },
	"/304": func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNotModified)
		_, err := io.WriteString(w, "no body")
		if err != http.ErrBodyNotAllowed {
			panic(err)
		}
	},
	"/empty":    func(http.ResponseWriter, *http.Request) {},
	"/trailers": func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Trailer", "X-Sum") },
	"/long": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "4")
		io.WriteString(w, "four")
		if n, err := io.WriteString(w, "more"); n != 0 || err != http.ErrContentLength {
			panic(err)
		}
	},
	"/code": func(w http.ResponseWriter, _ *http.Request) {
		defer func() { fmt.Fprint(w, recover()) }()
		w.WriteHeader(7)
	},
	"/target": func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, r.RequestURI, " ", r.URL, " ", r.Header["Content-Length"])
	},
}

// TestServeAsAServer compares the answers with those of net/http, behaviour by behaviour.
func TestServeAsAServer(t *testing.T) {
	g := gateway(t)
	mux := http.NewServeMux()
	for path, h := range behaviours {
		if path == "/panic" { // net/http alone would close the connection
			h = func(w http.ResponseWriter, _ *http.Request) {
				http.Error(w, "Internal Server Error", http.StatusInternalServerError)
			}
		}
		mux.HandleFunc(path, h)
	}
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	for path := range behaviours {
		got, want := ask(t, g.URL+path), ask(t, server.URL+path)
		if got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
}

// ask returns what a client sees of the answer to a POST.
func ask(t *testing.T, url string) string {
	t.Helper()
	resp, err := http.Post(url, "text/plain", strings.NewReader("hi"))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	resp.Header.Del("Date")
	resp.Header.Del("Content-Length")
	resp.Header.Del("Connection")
	return fmt.Sprintf("%d %v %q", resp.StatusCode, resp.Header, b)
}

// gateway serves this binary with the gateway of net/http/cgi.
func gateway(t *testing.T) *httptest.Server {
	g := httptest.NewServer(&cgi.Handler{Path: os.Args[0], Env: []string{roleKey + "=script"}, Stderr: t.Output()})
	t.Cleanup(g.Close)
	return g
}

func TestServe(t *testing.T) {
	g := gateway(t)
	for _, c := range []struct{ method, body string }{{"GET", ""}, {"POST", "a=1&b=2"}, {"PUT", strings.Repeat("long ", 100_000)}} {
		t.Run(c.method, func(t *testing.T) {
			r, err := http.NewRequest(c.method, g.URL+"/p%20a?-q+x", strings.NewReader(c.body))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("X-Colour", "green")
			resp, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			b, err := io.ReadAll(resp.Body)
			want := fmt.Sprintf("%s /p%%20a?-q+x green from %s, body %q <nil>, arguments []", c.method, r.Host, c.body)
			if resp.StatusCode != http.StatusTeapot || string(b) != want || err != nil {
				t.Errorf("got %s %.200q %v, want %.200q", resp.Status, b, err, want)
			}
		})
	}
}

// TestServeOnce checks that each request gets a new process.
func TestServeOnce(t *testing.T) {
	g := gateway(t)
	seen := map[string]bool{}
	for range 3 {
		resp, err := http.Get(g.URL)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		seen[resp.Header.Get("X-Pid")] = true
	}
	if len(seen) != 3 {
		t.Errorf("three requests were served by the processes %v, want three processes", seen)
	}
}

// TestArguments passes words of a client as arguments, as a gateway may (RFC 3875
// §4.4): they must not become flags.
func TestArguments(t *testing.T) {
	cmd := exec.Command(os.Args[0], "-test.nonsense", "-db=/etc/passwd")
	cmd.Env = []string{roleKey + "=script", "REQUEST_METHOD=GET", "SERVER_PROTOCOL=HTTP/1.1"}
	out, err := cmd.Output()
	if err != nil || !strings.Contains(string(out), `arguments ["-test.nonsense" "-db=/etc/passwd"]`) || !strings.HasPrefix(string(out), "Status: 418 ") {
		t.Errorf("got %q %v", out, err)
	}
}

// TestBodyWithoutALength sends a body as Apache passes on one that arrived in chunks.
func TestBodyWithoutALength(t *testing.T) {
	for name, c := range map[string]struct {
		env  []string
		want string
	}{
		"chunked":                {[]string{"HTTP_TRANSFER_ENCODING=chunked"}, `body "hello" <nil>`},
		"chunked, with a length": {[]string{"HTTP_TRANSFER_ENCODING=chunked", "CONTENT_LENGTH=4"}, `body "hell" <nil>`},
		"chunked, empty":         {[]string{"HTTP_TRANSFER_ENCODING=chunked", "CONTENT_LENGTH=0"}, `body "" <nil>`},
		"neither":                {nil, `body "" <nil>`},
	} {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(c.env, roleKey+"=script", "REQUEST_METHOD=POST", "SERVER_PROTOCOL=HTTP/1.1", "REQUEST_URI=/")
		cmd.Stdin = strings.NewReader("hello")
		out, err := cmd.Output()
		if err != nil || !strings.Contains(string(out), c.want) {
			t.Errorf("%s: got %q %v, want %s", name, out, err, c.want)
		}
	}
}

func TestNotCGI(t *testing.T) {
	if err := ours.Serve(nil); !errors.Is(err, ours.ErrNotCGI) {
		t.Errorf("got %v, want ErrNotCGI", err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = []string{roleKey + "=script"}
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "REQUEST_METHOD is not set") {
		t.Errorf("a script without a gateway wrote %q and ended with %v, want an error that names REQUEST_METHOD", out, err)
	}
}

func TestBadRequest(t *testing.T) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = []string{roleKey + "=script", "REQUEST_METHOD=GET", "SERVER_PROTOCOL=nonsense"}
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "invalid SERVER_PROTOCOL") {
		t.Errorf("got %q %v, want an error that names the variable", out, err)
	}
}

func ExampleServe() {
	err := ours.Serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "You asked for %s.\n", r.URL.Path)
	}))
	fmt.Println(errors.Is(err, ours.ErrNotCGI)) // no gateway started this
	// Output: true
}
