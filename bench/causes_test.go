package bench_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/classibench/classibench/bench"
	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/bench/target"
)

func textsAbout(r *result.Result, about string) (all string) {
	for _, w := range r.Warnings {
		if w.About == about {
			all += w.Text + "\n"
		}
	}
	return all
}

// A server that writes head and body separately carries at most 25 answers a second on a
// connection, even if each is cheap.
func TestADelayedAckIsNamed(t *testing.T) {
	lengthy(t)
	t.Parallel()
	if len(bench.Describe(true).Kernel) == 0 || bench.Describe(true).OS != "linux" {
		t.Skip("the delay is Linux's")
	}
	p := short(t, "quick", "nagle")
	p.Scenario.Capacity.Budget = 10 * time.Second
	r, err := p.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := textsAbout(r, "capacity.throughput.nagle")
	for _, want := range []string{"half of the answers of nagle took 4", "TCP acknowledgement", "TCP_NODELAY, or write head and body at once"} {
		if !strings.Contains(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got := textsAbout(r, "capacity.throughput.quick"); got != "" {
		t.Errorf("quick: %q", got)
	}
}

// Two workers that keep their connections leave six of eight users waiting: the advice is
// more workers, not longer turns.
func TestTooFewWorkersAreNamed(t *testing.T) {
	lengthy(t)
	t.Parallel()
	path, err := exec.LookPath("starman")
	if err != nil {
		if os.Getenv("CLASSIBENCH_NO_SKIP") != "" {
			t.Fatal("no starman: install the package starman")
		}
		t.Skip("no starman: install the package starman")
	}
	app := filepath.Join(t.TempDir(), "app.psgi") // it sleeps, so that workers limit it, not cores
	if err := os.WriteFile(app, []byte(`sub { select(undef, undef, undef, 0.005); [200, ["Content-Type" => "text/plain"], ["right"]] }`), 0o600); err != nil {
		t.Fatal(err)
	}
	p := short(t, "quick")
	p.Candidates = append(p.Candidates, instance.Candidate{
		Target: result.Target{Name: "starman", Kind: target.Server},
		Fresh: func(context.Context) (target.Target, error) {
			return target.Target{Name: "starman", Kind: target.Server, Command: []string{path, "--workers", "2", "--listen", "{addr}", app}, StartTimeout: 20 * time.Second}, nil
		},
	})
	p.Settings.Capacity.Budget = 12 * time.Second
	r, err := p.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := textsAbout(r, "capacity.gain") + textsAbout(r, "capacity.throughput.starman")
	for _, want := range []string{"it ran 2 worker processes for 8 users at once", "Give the server 8 workers or more"} {
		if !strings.Contains(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	for _, sign := range []string{"it ran 2 worker processes", "closed to free workers"} {
		n := 0
		for _, w := range r.Warnings {
			n += strings.Count(w.Text, sign)
		}
		if most := map[bool]int{true: 1, false: 0}[sign[0] == 'i']; n > most {
			t.Errorf("%d warnings that %s: %v", n, sign, r.Warnings)
		}
	}
	if strings.Contains(got, "longer turns") {
		t.Errorf("got %q, want no longer turns", got)
	}
}

// A server of one process with a short listen queue lets the kernel of a user repeat the
// handshake after a second. That is named, and is no reason for longer turns: the server is
// busy meanwhile.
func TestAFullListenQueueIsNamed(t *testing.T) {
	lengthy(t)
	t.Parallel()
	path, err := exec.LookPath("python3")
	if err != nil {
		t.Fatal("no python3: install the package python3")
	}
	program := filepath.Join(t.TempDir(), "queue.py")
	if err := os.WriteFile(program, []byte(shortQueue), 0o600); err != nil {
		t.Fatal(err)
	}
	p := short(t, "quick")
	p.Candidates = append(p.Candidates, instance.Candidate{
		Target: result.Target{Name: "queue", Kind: target.Server},
		Fresh: func(context.Context) (target.Target, error) {
			return target.Target{Name: "queue", Kind: target.Server, Command: []string{path, program, "{host}", "{port}"}, StartTimeout: 20 * time.Second}, nil
		},
	})
	p.Settings.Capacity.Users, p.Settings.Capacity.Budget = 12, 8*time.Second
	r, err := p.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := textsAbout(r, "capacity.throughput.queue")
	if !strings.Contains(got, "waited a second or more for a place in the listen queue") {
		t.Errorf("got %q, want the listen queue", got)
	}
	for _, w := range append(r.Warnings, result.Warning{Text: r.Verdict.Sentence}) {
		if strings.Contains(w.Text, "longer turns") || strings.Contains(w.Text, "some answers of queue take longer than its turns") {
			t.Errorf("got %q", w.Text)
		}
	}
}

// shortQueue is a server of Python's library, which answers one request after the other.
const shortQueue = `import sys, time
from http.server import HTTPServer, BaseHTTPRequestHandler

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        time.sleep(0.02)
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        self.wfile.write(b"right\n")
    def log_message(self, *_):
        pass

HTTPServer.request_queue_size = 5
HTTPServer((sys.argv[1], int(sys.argv[2])), Handler).serve_forever()
`
