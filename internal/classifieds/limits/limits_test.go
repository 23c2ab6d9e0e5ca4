package limits_test

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/classibench/classibench/internal/classifieds"
	"github.com/classibench/classibench/internal/classifieds/dataset"
	"github.com/classibench/classibench/internal/classifieds/limits"
	"github.com/classibench/classibench/internal/classifieds/store"
)

func Example() {
	f := flag.NewFlagSet("classifieds", flag.ContinueOnError)
	site := classifieds.New(store.Open, classifieds.Flags(f))
	server := limits.Wrap(site, limits.Flags(f)) // for persistent.Serve
	if err := f.Parse([]string{"-posts", "-1"}); err != nil {
		fmt.Println(err)
	}
	fmt.Println(server.Start())
	// Output: -posts -1: want a number from 0
}

// A server is a site with limits.
type server struct {
	*limits.Handler
	t *testing.T
}

func start(t *testing.T, o limits.Options) *server {
	t.Helper()
	before := debug.SetMemoryLimit(-1)
	t.Cleanup(func() { debug.SetMemoryLimit(before) })
	db := filepath.Join(t.TempDir(), "ads.db")
	if err := dataset.Make(t.Context(), db, dataset.Spec{Ads: 40, Categories: 4}, nil); err != nil {
		t.Fatal(err)
	}
	site := classifieds.New(store.Open, &classifieds.Config{DB: db})
	h := limits.Wrap(site, &o)
	if err := h.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { site.Close() })
	return &server{h, t}
}

// from sends a request from an address, with what proxies have added.
func (s *server) from(addr, forwarded, method, path string, form url.Values) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.RemoteAddr = addr
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if forwarded != "" {
		r.Header.Set("X-Forwarded-For", forwarded)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// until sends requests until one is refused, and returns how many passed. It stops at 50.
func (s *server) until(addr, forwarded, method, path string, form url.Values) int {
	s.t.Helper()
	for n := range 50 {
		w := s.from(addr, forwarded, method, path, form)
		if w.Code != http.StatusTooManyRequests {
			continue
		}
		if wait, err := strconv.Atoi(w.Header().Get("Retry-After")); err != nil || wait < 1 || wait > 60 || method != "HEAD" && !strings.Contains(w.Body.String(), "Too many") {
			s.t.Errorf("refused with %v and %s, want Retry-After of up to a minute", w.Header(), w.Body)
		}
		return n
	}
	return 50
}

var (
	reply  = url.Values{"name": {"Bob"}, "email": {"bob@example.org"}, "message": {"Hello"}}
	remove = url.Values{"key": {"wrong"}}
)

// Each kind has a limit of its own, and reading has none.
func TestKinds(t *testing.T) {
	s := start(t, limits.Options{Posts: 5, Guesses: 3})
	for i, c := range []struct {
		method, path string
		form         url.Values
		passed       int
	}{
		{"POST", "/ads/1/reply", reply, 5}, {"POST", "/ads/1/flag", nil, 5}, {"POST", "/ads", nil, 5},
		{"GET", "/ads/1/edit?key=wrong", nil, 3}, {"HEAD", "/ads/1/edit?key=wrong", nil, 3}, {"POST", "/ads/1/edit?key=wrong", nil, 3}, {"POST", "/ads/1/delete", remove, 3},
		{"GET", "/ads/1", nil, 50}, {"GET", "/", nil, 50}, {"GET", "/post", nil, 50},
	} {
		if passed := s.until(fmt.Sprintf("192.0.2.%d:1234", i+1), "", c.method, c.path, c.form); passed != c.passed {
			t.Errorf("%s %s: %d passed, want %d", c.method, c.path, passed, c.passed)
		}
	}
	const mixed = "198.51.100.1:9"
	if posts, flags := s.until(mixed, "", "POST", "/ads/1/reply", reply), s.until(mixed, "", "POST", "/ads/1/flag", nil); posts != 5 || flags != 5 {
		t.Errorf("%d posts and %d flags passed, want 5 of each", posts, flags)
	}
	if w := s.from(mixed, "", "GET", "/ads/1", nil); w.Code != http.StatusOK {
		t.Errorf("a client that posted too much cannot read: %d", w.Code)
	}
}

// The right key is no guess, until too many were wrong.
func TestGuesses(t *testing.T) {
	s := start(t, limits.Options{Guesses: 3})
	form := url.Values{"category": {"furniture"}, "title": {"Zeppelin"}, "body": {"Filled with xylophones."}, "price": {"25"}, "place": {"Harbour"}, "seller": {"Zoë"}, "email": {"zoe@example.org"}}
	edit := s.from("192.0.2.1:1", "", "POST", "/ads", form).Header().Get("Location")
	if passed := s.until("192.0.2.2:1", "", "GET", edit, nil); passed != 50 {
		t.Errorf("the right key passed %d times, want 50", passed)
	}
	if passed := s.until("192.0.2.2:1", "", "GET", strings.Replace(edit, "key=", "key=0", 1), nil); passed != 3 {
		t.Errorf("wrong keys passed %d times, want 3", passed)
	}
	if w := s.from("192.0.2.2:1", "", "GET", edit, nil); w.Code != http.StatusTooManyRequests {
		t.Errorf("the right key after too many wrong ones: got %d, want 429: it would tell that it is right", w.Code)
	}
}

// An address that a client sends counts only if it comes from a trusted proxy.
func TestClients(t *testing.T) {
	for _, c := range []struct {
		name            string
		proxies         int
		first, then     [2]string // remote address, X-Forwarded-For
		passed, andThen int
	}{
		{"one client", 0, [2]string{"192.0.2.1:1", ""}, [2]string{"192.0.2.1:2", ""}, 2, 0},
		{"two clients", 0, [2]string{"192.0.2.1:1", ""}, [2]string{"192.0.2.2:1", ""}, 2, 2},
		{"one who pretends to be another", 0, [2]string{"192.0.2.1:1", "203.0.113.1"}, [2]string{"192.0.2.1:1", "203.0.113.2"}, 2, 0},
		{"two behind a proxy", 1, [2]string{"127.0.0.1:1", "203.0.113.1"}, [2]string{"127.0.0.1:1", "203.0.113.2"}, 2, 2},
		{"one who pretends to a proxy", 1, [2]string{"127.0.0.1:1", "1.1.1.1, 203.0.113.1"}, [2]string{"127.0.0.1:1", "2.2.2.2, 203.0.113.1"}, 2, 0},
		{"two proxies", 2, [2]string{"127.0.0.1:1", "1.1.1.1, 203.0.113.1, 192.0.2.9"}, [2]string{"127.0.0.1:1", "203.0.113.1, 192.0.2.9"}, 2, 0},
		{"two proxies, one address", 2, [2]string{"127.0.0.1:1", "203.0.113.1"}, [2]string{"127.0.0.1:1", "203.0.113.1"}, 2, 0},
		{"a network of IPv6", 0, [2]string{"[2001:db8::1]:1", ""}, [2]string{"[2001:db8::ffff]:1", ""}, 2, 0},
		{"two networks of IPv6", 0, [2]string{"[2001:db8::1]:1", ""}, [2]string{"[2001:db8:0:1::1]:1", ""}, 2, 2},
		{"IPv4 in IPv6", 0, [2]string{"[::ffff:192.0.2.1]:1", ""}, [2]string{"192.0.2.1:1", ""}, 2, 0},
		{"a port and brackets", 1, [2]string{"127.0.0.1:1", "[2001:db8::1]:443"}, [2]string{"127.0.0.1:1", "2001:db8::2"}, 2, 0},
		{"words of a proxy", 1, [2]string{"127.0.0.1:1", "unknown"}, [2]string{"127.0.0.1:1", "203.0.113.1, _hidden"}, 2, 0},
		{"this machine", 0, [2]string{"127.0.0.1:1", ""}, [2]string{"[::1]:1", "203.0.113.1"}, 50, 50},
		{"a Unix socket", 0, [2]string{"@", ""}, [2]string{"", ""}, 50, 50},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := start(t, limits.Options{Posts: 2, Proxies: c.proxies})
			if got := s.until(c.first[0], c.first[1], "POST", "/ads/1/flag", nil); got != c.passed {
				t.Errorf("the first: %d passed, want %d", got, c.passed)
			}
			if got := s.until(c.then[0], c.then[1], "POST", "/ads/1/flag", nil); got != c.andThen {
				t.Errorf("the second: %d passed, want %d", got, c.andThen)
			}
		})
	}
}

// A client has two uploads at the same time. Small posts and other clients do not wait.
func TestUploads(t *testing.T) {
	s := start(t, limits.Options{Posts: 100})
	begun, release := make(chan bool), make(chan bool)
	var ended sync.WaitGroup
	upload := func(from string, body io.Reader) int {
		r := httptest.NewRequest("POST", "/ads", body)
		r.RemoteAddr, r.ContentLength = from, -1
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w.Code
	}
	for range 2 {
		ended.Go(func() { upload("192.0.2.1:1", slow{begun, release}) })
		<-begun
	}
	if code := upload("192.0.2.1:1", nil); code != http.StatusTooManyRequests {
		t.Errorf("a third upload: got %d, want 429", code)
	}
	if code := upload("192.0.2.2:1", nil); code != http.StatusUnprocessableEntity {
		t.Errorf("an upload of another client: got %d, want 422", code)
	}
	if w := s.from("192.0.2.1:1", "", "POST", "/ads/1/reply", reply); w.Code != http.StatusSeeOther {
		t.Errorf("a small post: got %d, want 303", w.Code)
	}
	close(release)
	ended.Wait()
	if code := upload("192.0.2.1:1", nil); code != http.StatusUnprocessableEntity {
		t.Errorf("an upload afterwards: got %d, want 422", code)
	}
}

// slow is a body that ends when release is closed.
type slow struct{ begun, release chan bool }

func (b slow) Read([]byte) (int, error) {
	b.begun <- true
	<-b.release
	return 0, io.EOF
}

// The number of remembered clients is bounded: the first of very many begins again.
func TestForgets(t *testing.T) {
	s := start(t, limits.Options{Posts: 1})
	r := httptest.NewRequestWithContext(ended(t), "POST", "/ads/1/flag", nil) // the site writes nothing for one who left
	for i := range 25_000 {
		r.RemoteAddr = fmt.Sprintf("10.%d.%d.%d:1", i>>16, i>>8&255, i&255)
		s.ServeHTTP(discard{}, r)
	}
	if passed := s.until("10.0.0.0:1", "", "POST", "/ads/1/flag", nil); passed != 1 {
		t.Errorf("the first client: %d passed, want 1", passed)
	}
	if passed := s.until("10.0.97.167:1", "", "POST", "/ads/1/flag", nil); passed != 0 { // the last
		t.Errorf("the last client: %d passed, want 0", passed)
	}
}

// discard is the answer of a test that does not look at it.
type discard struct{}

func (discard) Header() http.Header         { return http.Header{} }
func (discard) Write(b []byte) (int, error) { return io.Discard.Write(b) }
func (discard) WriteHeader(int)             {}

func ended(t *testing.T) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}

func TestFlags(t *testing.T) {
	for _, c := range []struct {
		env     string
		args    []string
		posts   int
		guesses int
		wrong   string
	}{
		{"", nil, 20, 10, ""},
		{"off", nil, 0, 0, ""},
		{"off", []string{"-posts", "3"}, 3, 0, ""},
		{"", []string{"-posts", "0", "-guesses", "7", "-proxies", "1", "-memory", "512MiB"}, 0, 7, ""},
		{"no", nil, 20, 10, `CLASSIFIEDS_LIMITS is "no": want off`},
		{"", []string{"-proxies", "-1"}, 20, 10, "-proxies -1: want a number from 0"},
		{"", []string{"-memory", "much"}, 20, 10, "not a size: write it as"},
		{"", []string{"-memory", "0"}, 20, 10, "must be at least 1 byte"},
		{"", []string{"-memory", "99999999999TiB"}, 20, 10, "too large"},
	} {
		os.Unsetenv("CLASSIFIEDS_LIMITS")
		if c.env != "" {
			t.Setenv("CLASSIFIEDS_LIMITS", c.env)
		}
		f := flag.NewFlagSet("", flag.ContinueOnError)
		f.SetOutput(io.Discard)
		o := limits.Flags(f)
		err := f.Parse(c.args)
		if o.Posts != c.posts || o.Guesses != c.guesses {
			t.Errorf("%s %v: %d posts and %d guesses, want %d and %d", c.env, c.args, o.Posts, o.Guesses, c.posts, c.guesses)
		}
		if err == nil {
			before := debug.SetMemoryLimit(-1)
			err = limits.Wrap(classifieds.New(store.Open, &classifieds.Config{DB: "none.db"}), o).Start() // fails at the data at the latest
			debug.SetMemoryLimit(before)
		}
		if c.wrong != "" && (err == nil || !strings.Contains(err.Error(), c.wrong)) {
			t.Errorf("%s %v: got the error %v, want one that contains %q", c.env, c.args, err, c.wrong)
		}
	}
}

// The soft limit of the memory is that of the flag, or less than what the machine has.
func TestMemory(t *testing.T) {
	t.Setenv("GOMEMLIMIT", "")
	os.Unsetenv("GOMEMLIMIT")
	start(t, limits.Options{Memory: 123 << 20})
	if got := debug.SetMemoryLimit(-1); got != 123<<20 {
		t.Errorf("with -memory 123MiB, the limit is %d", got)
	}
	start(t, limits.Options{})
	if got := debug.SetMemoryLimit(-1); got == 123<<20 || got > 1<<50 {
		t.Errorf("by default, the limit is %d, want nine tenths of the cgroup's or the machine's memory", got)
	}
}
