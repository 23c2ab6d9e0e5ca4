package bench_test

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"github.com/classibench/classibench/bench"
	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/bench/target"
	"github.com/classibench/classibench/scenarios"
)

// This test binary also serves as the targets of the tests.
const roleKey = "BENCH_TEST_ROLE"

var roles = map[string]http.HandlerFunc{
	"quick":  after(time.Millisecond, right),
	"slow":   after(3*time.Millisecond, right),
	"wrong":  func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusTeapot) },
	"mortal": mortal,
	"moody":  moody,
	"spent":  spent,

	"plodding":  oneAtATime(after(160*time.Millisecond, right)),
	"other":     func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "right, and another page") },
	"clock":     clockPage,
	"deaf":      deaf,
	"teller":    oneAtATime(after(600*time.Millisecond, right)),
	"forgetful": forgetful,
	"tardy":     after(3200*time.Millisecond, right),
	"stumbler":  stumbler,
	"late":      after(400*time.Millisecond, right),

	"leaver":  leaver,
	"limited": limited(rate.NewLimiter(50, 10)),

	"shop":    shop,
	"oops":    func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<title>Something went wrong</title>") },
	"hollow":  func(w http.ResponseWriter, r *http.Request) { r.URL.Path = "/apology"; shop(w, r) },
	"failing": failing,
	"dice":    func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, "%016x", rand.Uint64()) },
}

func TestMain(m *testing.M) {
	if os.Getenv(roleKey) == "nagle" {
		fmt.Fprintln(os.Stderr, nagle(os.Args[1]))
		os.Exit(1)
	}
	if h := roles[os.Getenv(roleKey)]; h != nil {
		fmt.Fprintln(os.Stderr, http.ListenAndServe(os.Args[1], h))
		os.Exit(1)
	}
	flag.Set("test.parallel", "4") // the default for this package, since most targets only sleep
	os.Exit(m.Run())
}

func right(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "right") }

// after adds a service time.
func after(d time.Duration, h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(d) // the service time of the server
		h(w, r)
	}
}

// oneAtATime serves with a single worker.
func oneAtATime(h http.HandlerFunc) http.HandlerFunc {
	var worker sync.Mutex
	return func(w http.ResponseWriter, r *http.Request) {
		worker.Lock()
		defer worker.Unlock()
		h(w, r)
	}
}

var served atomic.Int64

// spent answers right until it has had more requests than eight users can send during a
// warm-up, and wrong from then on.
func spent(w http.ResponseWriter, r *http.Request) {
	if served.Add(1) > 1200 {
		http.Error(w, "no more", http.StatusServiceUnavailable)
		return
	}
	after(5*time.Millisecond, right)(w, r)
}

// clockPage never sends the same page twice.
func clockPage(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintf(w, "<h1>right</h1> <p>It is %s at %s.</p> <p>request %d</p>", time.Now().Format(time.RFC3339Nano), r.Host, served.Add(1))
}

// shop sends a page for each address, with a part that varies. Wrong pages have the same
// frame.
func shop(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.URL.Path == "/new" && served.Add(1) > 1:
		http.Redirect(w, r, "/known", http.StatusSeeOther)
		return
	case strings.HasPrefix(r.URL.Path, "/gone"):
		w.WriteHeader(http.StatusNotFound)
	}
	fmt.Fprintf(w, "<html><body><div>Welcome to the shop of many things</div>\n<p>It is %s.</p>\n<p>All about %s</p>\n", time.Now().Format(time.RFC3339Nano), strings.Repeat(strings.Trim(r.URL.Path, "/"), 4))
}

// leaver starts a program that sleeps at a request for /leave, and answers its process id.
func leaver(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/leave" {
		right(w, r)
		return
	}
	cmd := exec.Command("/bin/sleep", "1000")
	if err := cmd.Start(); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	go cmd.Wait()
	fmt.Fprint(w, cmd.Process.Pid)
}

// limited refuses hits beyond a rate.
func limited(l *rate.Limiter) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !l.Allow() {
			http.Error(w, "too many", http.StatusTooManyRequests)
			return
		}
		right(w, r)
	}
}

// failing is running, but answers with errors only.
func failing(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/" {
		http.Error(w, "no database", http.StatusInternalServerError)
	}
}

// nagle writes head and body separately, with Nagle's algorithm enabled.
func nagle(addr string) error {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	for {
		c, err := l.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer c.Close()
			c.(*net.TCPConn).SetNoDelay(false)
			for in := bufio.NewReader(c); ; {
				if _, err := http.ReadRequest(in); err != nil {
					return
				}
				fmt.Fprint(c, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\n")
				fmt.Fprint(c, "right")
			}
		}()
	}
}

// moody has lost a fifth of its pages.
func moody(w http.ResponseWriter, r *http.Request) {
	if served.Add(1)%5 == 0 {
		http.NotFound(w, r)
		return
	}
	right(w, r)
}

// stumbler answers every fourth request wrongly, beginning with the second: the first one
// checks that it is ready.
func stumbler(w http.ResponseWriter, r *http.Request) {
	n := served.Add(1)
	time.Sleep(110 * time.Millisecond) // longer than a pilot
	if n%4 == 2 {
		http.Error(w, "not now", http.StatusServiceUnavailable)
		return
	}
	right(w, r)
}

// forgetful never answers one request every two seconds, however many come: on a fast machine,
// one in so many would soon have all users wait.
func forgetful(w http.ResponseWriter, r *http.Request) {
	last, now := forgot.Load(), time.Now().UnixNano()
	if now-last > int64(2*time.Second) && forgot.CompareAndSwap(last, now) && served.Add(1) > 1 {
		<-r.Context().Done()
		return
	}
	right(w, r)
}

var forgot atomic.Int64 // when forgetful did so last

// deaf closes the connection at a request for one of its pages.
func deaf(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/deaf" {
		panic(http.ErrAbortHandler)
	}
	right(w, r)
}

// mortal ends its process in the middle of its work.
func mortal(w http.ResponseWriter, r *http.Request) {
	if served.Add(1) > 300 {
		fmt.Fprintln(os.Stderr, "out of luck")
		os.Exit(3)
	}
	right(w, r)
}

// lengthy skips a test of several seconds in short mode, as under the race detector: the
// remaining tests run the same code.
func lengthy(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("measures for some seconds")
	}
}

func candidate(t *testing.T, role string) instance.Candidate {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return instance.Candidate{
		Target: result.Target{Name: role, Kind: target.Server},
		Fresh: func(context.Context) (target.Target, error) {
			return target.Target{
				Name: role, Kind: target.Server, Command: []string{self, "{addr}"}, Env: []string{roleKey + "=" + role},
				StartTimeout: 20 * time.Second,
			}, nil
		},
	}
}

// plan returns a comparison of some roles that takes some seconds.
func plan(t *testing.T, names ...string) *bench.Plan {
	s := &scenarios.Scenario{
		Name:      "test",
		Mix:       []scenarios.Route{{Name: "page", Weight: 1, Method: "GET", Path: "/", Expect: scenarios.Expect{Body: "right"}}},
		Capacity:  scenarios.Capacity{Users: 8, Block: 50 * time.Millisecond, Budget: 6 * time.Second, Within: 0.2},
		Replay:    scenarios.Replay{Timeout: 2 * time.Second, Stages: []scenarios.Stage{{Name: "calm", For: time.Second, Rate: scenarios.Rate{Value: 100}}, {Name: "rush", For: time.Second, Rate: scenarios.Rate{Value: 1.5, Unit: scenarios.OfCapacity}}}},
		Objective: scenarios.Objective{P95: 200 * time.Millisecond, Errors: 0.01},
	}
	p := &bench.Plan{Seed: 1, Version: "test", Environment: bench.Describe(true), Scenario: s, Settings: bench.SettingsOf(s)}
	for _, name := range names {
		p.Candidates = append(p.Candidates, candidate(t, name))
	}
	return p
}
