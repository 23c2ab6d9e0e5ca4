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
	for _, want := range []string{"it ran 3 processes for 8 users at once", "Give the server 8 workers or more"} {
		if !strings.Contains(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if strings.Contains(got, "longer turns") {
		t.Errorf("got %q, want no longer turns", got)
	}
}
