package parity_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/parity"
	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/bench/target"
	"github.com/classibench/classibench/cgi"
	"github.com/classibench/classibench/cgi/host"
)

// The programs under test are this test binary again: as a CGI program, which is started
// for each request, and as a server. What they keep in variables lives as long as the
// process.
const (
	programKey = "PARITY_TEST_PROGRAM"
	roleKey    = "PARITY_TEST_ROLE" // cgi, gateway or server
	dataKey    = "PARITY_TEST_DATA"
)

var programs = map[string]http.HandlerFunc{
	"noisy":   noisy,
	"missing": http.NotFound,
	"leaky":   leaky,
	"open":    open,
	"two":     two,
	"ported":  ported,
	"dying":   dying,
	"hanging": hanging,
	"growing": growing,
	"notes":   notes,
	"stopped": stopped,
	"workers": workers,
	"long":    long,
	"members": members,
	"clash":   clash,

	"slow notes": func(w http.ResponseWriter, r *http.Request) {
		if os.Getenv(roleKey) == "cgi" {
			time.Sleep(200 * time.Millisecond)
		}
		notes(w, r)
	},
}

// stateless programs keep nothing, so as a baseline they need no process for each request: they
// answer quickly on a busy machine, too.
var stateless = map[string]http.HandlerFunc{
	"free":  func(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, "<p>%s</p>", r.URL.Path) },
	"clock": func(w http.ResponseWriter, _ *http.Request) { showTime(w, time.Now()) },
}

func TestMain(m *testing.M) {
	h := programs[os.Getenv(programKey)]
	switch os.Getenv(roleKey) {
	case "":
		os.Exit(m.Run())
	case "cgi":
		exit(cgi.Serve(h))
	case "gateway":
		if h := stateless[os.Getenv(programKey)]; h != nil {
			exit(http.ListenAndServe(os.Args[1], h))
		}
		self, _ := os.Executable()
		env := []string{roleKey + "=cgi", programKey + "=" + os.Getenv(programKey), dataKey + "=" + os.Getenv(dataKey)}
		exit(http.ListenAndServe(os.Args[1], &host.Handler{Path: self, Env: env}))
	case "server":
		s := http.Server{Addr: os.Args[1], Handler: h, ConnContext: func(ctx context.Context, _ net.Conn) context.Context {
			return context.WithValue(ctx, workerKey, connections.Add(1)%2)
		}}
		exit(s.ListenAndServe())
	}
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// noisy is clean, but no answer is like another.
func noisy(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Request-Id", fmt.Sprintf("%016x", rand.Uint64()))
	fmt.Fprintf(w, "<html><body><h1>Page %s</h1><p>It is <b>%s</b>.</p><input type=hidden name=token value=%016x></body></html>", r.URL.Path, time.Now().Format(time.RFC3339), rand.Uint64())
}

// long answers with 3 MB, the last words of which depend on the request before.
func long(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintln(w, strings.Repeat("x", 3<<20), before)
	before = r.URL.Path
}

var before string

var lastName = "nobody"

// leaky greets the last one who gave a name.
func leaky(w http.ResponseWriter, r *http.Request) {
	if name := r.FormValue("name"); name != "" {
		lastName = name
	}
	fmt.Fprintf(w, "<html><body><h1>%s</h1>", r.URL.Path)
	if r.URL.Path == "/hello" {
		fmt.Fprintf(w, "<p>Hello <b>%s</b></p>", lastName)
	}
	fmt.Fprint(w, "</body></html>")
}

var unlocked bool

// open lets all in after one has unlocked it.
func open(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/secret" && !unlocked {
		http.Error(w, "it is locked", http.StatusForbidden)
		return
	}
	unlocked = unlocked || r.URL.Path == "/unlock"
	fmt.Fprintf(w, "<p>%s</p>", r.URL.Path)
}

var member, note string

// members greets the last one who signed in, and shows a note once. As a CGI program it takes
// its time to start.
func members(w http.ResponseWriter, r *http.Request) {
	if os.Getenv(roleKey) == "cgi" {
		time.Sleep(150 * time.Millisecond)
	}
	w.Header().Set("Content-Type", "text/html")
	if c, err := r.Cookie("member"); err == nil {
		member = c.Value
	}
	switch r.URL.Path {
	case "/sign-in":
		member = r.FormValue("name")
		http.SetCookie(w, &http.Cookie{Name: "member", Value: member})
	case "/save":
		note = "It is saved."
	}
	fmt.Fprintf(w, "<h1>%s</h1><p>Hello %s</p>", r.URL.Path, cmp.Or(member, "stranger"))
	if r.URL.Path == "/hint" {
		fmt.Fprintf(w, "<p>%s</p>", note)
	}
}

var armed, loaded bool

// two needs two requests before the third one goes wrong.
func two(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/arm":
		armed = true
	case "/load":
		loaded = armed
	case "/reset":
		armed, loaded = false, false
	}
	fmt.Fprintf(w, "<p>%s %v</p>", r.URL.Path, r.URL.Path == "/fire" && loaded)
}

// ported writes prices with a comma in a server.
func ported(w http.ResponseWriter, r *http.Request) {
	price := "12.50"
	if os.Getenv(roleKey) == "server" && r.URL.Path == "/price" {
		price = "12,50"
	}
	fmt.Fprintf(w, "<p>%s costs %s</p>", r.URL.Path, price)
}

// dying ends its process after one of its pages.
func dying(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintf(w, "<p>%s</p>", r.URL.Path)
	if r.URL.Path == "/quit" && os.Getenv(roleKey) == "server" {
		w.(http.Flusher).Flush()
		time.AfterFunc(20*time.Millisecond, func() { os.Exit(3) })
	}
}

var lock = make(chan bool, 1)

// hanging never gives back its lock.
func hanging(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/lock" {
		select {
		case lock <- true:
		case <-r.Context().Done():
		}
	}
	fmt.Fprintf(w, "<p>%s</p>", r.URL.Path)
}

// clash fails while another request holds its file.
func clash(w http.ResponseWriter, r *http.Request) {
	f, err := os.OpenFile(os.Getenv(dataKey), os.O_CREATE|os.O_RDWR, 0o600)
	if err == nil {
		defer f.Close() // frees the lock, as the end of the process does
		err = tryLockFile(f)
	}
	if err != nil {
		http.Error(w, "busy in "+os.Getenv(roleKey), http.StatusInternalServerError)
		return
	}
	time.Sleep(30 * time.Millisecond) // this is its work
	fmt.Fprintf(w, "<p>done</p>")
}

var kept [][]byte

// growing keeps memory and descriptors.
func growing(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/keep" {
		page := make([]byte, 8<<10)
		for i := range page {
			page[i] = byte(i)
		}
		kept = append(kept, page)
		os.NewFile(0, "") // nothing
	}
	if r.URL.Path == "/open" {
		f, err := os.Open("/dev/null")
		if err == nil {
			opened = append(opened, f)
		}
	}
	fmt.Fprintf(w, "<p>%s</p>", r.URL.Path)
}

var opened []*os.File

// notes keeps its data in a file.
func notes(w http.ResponseWriter, r *http.Request) {
	path := os.Getenv(dataKey)
	if r.Method == "POST" {
		f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
		if err == nil {
			fmt.Fprintln(f, r.FormValue("text"))
			f.Close()
		}
		w.Header().Set("Content-Type", "text/html") // as a CGI program must
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	b, _ := os.ReadFile(path)
	fmt.Fprintf(w, "<ul>")
	for line := range strings.Lines(string(b)) {
		fmt.Fprintf(w, "<li>%s</li>", strings.TrimSpace(line))
	}
	fmt.Fprintf(w, "</ul>")
}

// A connection is served by one of two workers.
type workerID string

const workerKey workerID = "worker"

var connections atomic.Int64

var texts [2]string

// workers keeps a text in the memory of the worker that got it, and for the others in a
// file, which a worker reads once.
func workers(w http.ResponseWriter, r *http.Request) {
	n, _ := r.Context().Value(workerKey).(int64)
	if r.Method == "POST" {
		texts[n] = "text: " + r.FormValue("text")
		os.WriteFile(os.Getenv(dataKey), []byte(texts[n]), 0o644)
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<p>saved</p>")
		return
	}
	if texts[n] == "" {
		b, _ := os.ReadFile(os.Getenv(dataKey))
		texts[n] = cmp.Or(string(b), "no text")
	}
	w.Header().Set("Content-Type", "text/html")
	fmt.Fprintf(w, "<p>%s</p>", texts[n])
}

var started = time.Now()

// stopped has a clock that stands still.
func stopped(w http.ResponseWriter, r *http.Request) {
	showTime(w, started)
}

func showTime(w http.ResponseWriter, t time.Time) {
	fmt.Fprintf(w, "<p>It is <b>%s</b>.</p>", t.Format("2006-01-02 15:04:05.000"))
}

// sides returns a program as CGI and as a server. Data are removed before each start.
func sides(t *testing.T, cgi, server string, data ...string) func(context.Context) ([]instance.Candidate, error) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	side := func(name, role, program string) instance.Candidate {
		kind := map[string]string{"gateway": target.CGI, "server": target.Server}[role]
		file := filepath.Join(dir, name)
		if len(data) > 0 {
			file = data[0]
		}
		return instance.Candidate{
			Target: result.Target{Name: name, Kind: kind},
			Fresh: func(context.Context) (target.Target, error) {
				os.Remove(file)
				return target.Target{
					Name: name, Kind: target.Server, Command: []string{self, "{addr}"}, StartTimeout: 30 * time.Second,
					Env: []string{roleKey + "=" + role, programKey + "=" + program, dataKey + "=" + file},
				}, nil
			},
		}
	}
	return func(context.Context) ([]instance.Candidate, error) {
		return []instance.Candidate{side("old", "gateway", cgi), side("new", "server", server)}, nil
	}
}

func get(paths ...string) (all []trial.Request) {
	for _, p := range paths {
		route, _, _ := strings.Cut(p, "?")
		all = append(all, trial.Request{Route: "GET " + route, Method: "GET", URL: p})
	}
	return all
}

// verify runs a plan until its budget is spent, or until there are some findings.
func verify(t *testing.T, p parity.Plan, enough int) *result.Verification {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	p.Seed = 1
	found := 0
	p.Logf = func(format string, args ...any) {
		t.Logf(format, args...)
		if found++; found == enough {
			cancel()
		}
	}
	v, err := p.Run(ctx)
	if err != nil && !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	t.Logf("%s: tried %+v in %.1f s, %v", v.Verdict, v.Tried, v.Seconds, v.Varies)
	for _, f := range v.Findings {
		t.Logf("%s %s: %s, %d of %d, minimal %v: want %s, got %s", f.Kind, f.Place, path(f), f.Shown, f.Repeated, f.Minimal, f.Want, f.Got)
	}
	return v
}

// one verifies until the first finding.
func one(t *testing.T, p parity.Plan) result.Finding {
	t.Helper()
	p.Budget = 2 * time.Minute                    // it ends with the finding
	p.Tick = cmp.Or(p.Tick, 100*time.Millisecond) // no program shows a time that is less fine
	v := verify(t, p, 1)
	if v.Verdict != result.Different || len(v.Findings) != 1 {
		t.Fatalf("got verdict %s with %d findings, want one", v.Verdict, len(v.Findings))
	}
	return v.Findings[0]
}

// path returns the paths of a sequence.
func path(f result.Finding) string {
	var all []string
	for _, s := range f.Sequence {
		all = append(all, s.URL)
	}
	return strings.Join(all, " ")
}
