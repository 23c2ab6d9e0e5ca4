//go:build linux

package costs

import (
	"context"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/bench/target"
	"github.com/classibench/classibench/scenarios"
)

// serving starts a server that spins for 0.2 ms of each request, and for 10 ms of the first
// hundred.
func serving(t *testing.T) *side {
	t.Helper()
	program := filepath.Join(t.TempDir(), "truth")
	if out, err := exec.Command("cc", "-O1", "-o", program, "testdata/truth.c").CombinedOutput(); err != nil {
		t.Fatalf("compile with cc (Debian package gcc): %v\n%s", err, out)
	}
	x, err := target.Of(scenarios.Target{Name: "server", Kind: target.Server, Command: []string{program, "serve", "{port}", "200", "10000", "100"}}, program)
	if err != nil {
		t.Fatal(err)
	}
	x.StartTimeout = time.Minute
	requests, err := load.NewRequests([]scenarios.Route{{Name: "page", Weight: 1, Method: "GET", Path: "/"}}, nil, nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	e, err := instance.Start(t.Context(), instance.Candidate{
		Target: result.Target{Name: "server", Kind: target.Server},
		Fresh:  func(context.Context) (target.Target, error) { return x, nil },
	}, load.Options{Timeout: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Stop() })
	s, err := newSide(t.Context(), e, x, requests)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.release() })
	return s
}

// The first requests of a server are no part of its work, unless there is no time for them.
func TestSettleSendsTheFirstRequests(t *testing.T) {
	cost := func(limit time.Duration) float64 {
		s := serving(t)
		if err := s.settle(t.Context(), limit); err != nil {
			t.Fatal(err)
		}
		r, err := s.block(t.Context(), s.requests, 50*time.Millisecond)
		if err != nil {
			t.Fatal(err)
		}
		return r.Tree.CPU / float64(r.Requests)
	}
	if got := cost(time.Minute); got > 1e-3 {
		t.Errorf("after the first requests, one costs %.3f ms, want 0.2", 1e3*got)
	}
	if got := cost(time.Nanosecond); got < 5e-3 {
		t.Errorf("without time, a request costs %.3f ms, want 10", 1e3*got)
	}
}
