package bench_test

import (
	"context"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/bench/target"
	"github.com/classibench/classibench/scenarios"
)

// A server that carries six requests a second gets one a second. The warm-up leaves no
// pending requests that would delay these.
func TestAReplayDoesNotCompeteWithItsWarmUp(t *testing.T) {
	lengthy(t)
	t.Parallel()
	p := plan(t, "plodding")
	p.Settings.Capacity.Budget = 3 * time.Second
	p.Settings.Replay.Stages = []scenarios.Stage{{Name: "quiet", For: 8 * time.Second, Rate: scenarios.Rate{Value: 1}}}
	r, err := p.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if x := r.Replay.Trials[0]; x.Errors > 0 || x.Hits == 0 {
		t.Errorf("%d hits, %d errors: %+v", x.Hits, x.Errors, x.Faults)
	}
}

func TestAMixWithoutSafeRequestsIsNotWarmedUp(t *testing.T) {
	t.Parallel()
	p := plan(t, "quick")
	p.Scenario.Mix[0].Method = "POST"
	p.Settings.Capacity.Budget = 2 * time.Second
	r, err := p.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !warned(r, "replay.trials.quick", "no warm-up") {
		t.Errorf("got %v", r.Warnings)
	}
}

func warned(r *result.Result, about, text string) bool {
	for _, w := range r.Warnings {
		if w.About == about && strings.Contains(w.Text, text) {
			return true
		}
	}
	return false
}

// A reset restores the data after the warm-up, so that a replay begins with the original
// data; also over TLS.
func TestDataAreRestoredAfterTheWarmUp(t *testing.T) {
	t.Parallel()
	srv := httptest.NewUnstartedServer(http.HandlerFunc(right))
	srv.Config.ErrorLog = log.New(io.Discard, "", 0) // of handshakes that an overload cuts short
	srv.StartTLS()
	t.Cleanup(srv.Close)
	resets := filepath.Join(t.TempDir(), "resets")
	p := plan(t)
	p.Settings.Capacity.Budget = 2 * time.Second
	p.Candidates = []instance.Candidate{{
		Target: result.Target{Name: "away", Kind: target.URL},
		Fresh: func(context.Context) (target.Target, error) {
			return target.Target{Name: "away", Kind: target.URL, URL: srv.URL, Insecure: true, Reset: []string{"/bin/sh", "-c", "echo reset >>" + resets}}, nil
		},
	}}
	if _, err := p.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(resets); err != nil || string(b) != "reset\n" {
		t.Errorf("got %q, %v; want one reset, after the warm-up of the replay", b, err)
	}
}

// Starman closes connections that are idle for a second, and has five workers.
func TestStarmanAsDebianHasIt(t *testing.T) {
	lengthy(t)
	t.Parallel()
	if _, err := exec.LookPath("starman"); err != nil {
		if os.Getenv("CLASSIBENCH_NO_SKIP") != "" {
			t.Fatal(err)
		}
		t.Skip("needs Debian's package starman")
	}
	app := filepath.Join(t.TempDir(), "app.psgi")
	if err := os.WriteFile(app, []byte("sub { [200, ['Content-Type' => 'text/plain'], ['right']] }\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := plan(t)
	page := p.Scenario.Mix[0]
	p.Scenario.Mix = append(p.Scenario.Mix, scenarios.Route{Name: "sign", Weight: 0.5, Method: "POST", Path: "/", Form: []scenarios.Field{{Name: "a", Value: "b"}}, Expect: page.Expect})
	p.Settings.Capacity.Budget = 4 * time.Second
	p.Settings.Replay.Timeout = 10 * time.Second
	p.Settings.Replay.Stages = []scenarios.Stage{{Name: "quiet", For: 15 * time.Second, Rate: scenarios.Rate{Value: 2.5}}}
	p.Candidates = []instance.Candidate{{
		Target: result.Target{Name: "starman", Kind: target.Server},
		Fresh: func(context.Context) (target.Target, error) {
			return target.Target{Name: "starman", Kind: target.Server, Command: []string{"starman", "--listen", "{addr}", app}}, nil
		},
	}}
	r, err := p.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	x := r.Replay.Trials[0]
	if x.Errors > 0 || x.Hits == 0 || x.Connections.Closed == 0 {
		t.Errorf("replay: %d hits, %d errors, %+v: %+v", x.Hits, x.Errors, x.Connections, x.Faults)
	}
	if x.Invalid == "" && !warned(r, "replay.trials.starman", "closed") {
		t.Errorf("no word about connections: %v", r.Warnings)
	}
	if x := r.Capacity.Throughput["starman"]; x.Errors > 0 || x.Hits == 0 {
		t.Errorf("capacity: %+v, %v", x, r.Warnings)
	}
	t.Logf("%+v, %+v", x.Connections, r.Capacity.Throughput["starman"].Connections)
}
