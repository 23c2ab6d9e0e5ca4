//go:build linux

package bench

import (
	"context"
	"net/http"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/bench/target"
	"github.com/classibench/classibench/scenarios"
)

// searching is a search for the limit of a server of the test binary.
func searching(t *testing.T, role string, do func(ctx context.Context, l *limitRun)) {
	c := instance.Candidate{Target: result.Target{Name: role, Kind: target.Server}, Fresh: func(context.Context) (target.Target, error) {
		return target.Target{Name: role, Kind: target.Server, Command: []string{os.Args[0], "{addr}"}, Env: []string{"BENCH_TEST_ROLE=" + role}}, nil
	}}
	err := instance.Run(t.Context(), []instance.Candidate{c}, false, load.Options{Timeout: 10 * time.Second}, func(ctx context.Context, up []*instance.Instance) error {
		l := &limitRun{instances: up, requests: requestsOf(t, "/"), patience: time.Hour, left: map[string]int{}}
		usual, err := l.rest(ctx, up[0])
		if err != nil {
			return err
		}
		usual.probe = time.Minute // a busy machine must not decide
		l.usual = []quiet{usual}
		do(ctx, l)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// leaving is one of a server that starts a program which sleeps, at each request for /leave.
func leaving(t *testing.T, do func(l *limitRun, leave func() (pid int))) {
	searching(t, "leaver", func(ctx context.Context, l *limitRun) {
		do(l, func() int {
			a, err := l.instances[0].Client.Ask(ctx, requestsOf(t, "/leave"), 0)
			pid, conversion := strconv.Atoi(string(a.Body))
			if err != nil || conversion != nil {
				t.Fatalf("%v: %q", err, a.Body)
			}
			return pid
		})
	})
}

// A server that refuses hits beyond a rate has its reserve again when a trial begins.
func TestDrainLetsTargetsRecover(t *testing.T) {
	searching(t, "limited", func(ctx context.Context, l *limitRun) {
		ask := func() int {
			a, err := l.instances[0].Client.Ask(ctx, requestsOf(t, "/"), 0)
			if err != nil {
				t.Fatal(err)
			}
			return a.Status
		}
		for ask() != http.StatusTooManyRequests {
		}
		if err := l.drain(ctx, 0); err != nil {
			t.Fatal(err)
		}
		for n := range 10 { // its reserve
			if status := ask(); status != http.StatusOK {
				t.Fatalf("hit %d after a rest: status %d", n+1, status)
			}
		}
	})
}

func requestsOf(t *testing.T, path string) *load.Requests {
	t.Helper()
	r, err := load.NewRequests([]scenarios.Route{{Name: path, Weight: 1, Method: "GET", Path: path, Expect: scenarios.Expect{Status: 200}}}, nil, nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// A trial waits until no process of the one before sleeps.
func TestDrainWaitsForSleepers(t *testing.T) {
	leaving(t, func(l *limitRun, leave func() int) {
		pids := []int{leave(), leave()}
		if left, _, err := l.calm(t.Context(), l.instances[0], l.usual[0]); err != nil || left != len(pids) {
			t.Errorf("with %d sleeping processes: %d are left, %v", len(pids), left, err)
		}
		for _, pid := range pids {
			syscall.Kill(pid, syscall.SIGKILL)
		}
		if err := l.drain(t.Context(), 0); err != nil || l.leftovers("leaver") != "" {
			t.Errorf("when all have ended: %v, %q", err, l.leftovers("leaver"))
		}
	})
}

// Processes that stay are a part of the target from then on, with a warning.
func TestDrainAcceptsProcessesThatStay(t *testing.T) {
	leaving(t, func(l *limitRun, leave func() int) {
		leave()
		l.patience = 0
		for range 2 {
			if err := l.drain(t.Context(), 0); err != nil {
				t.Fatal(err)
			}
			l.patience = time.Hour // the second time, nothing is new
		}
		if text := l.leftovers("leaver"); !strings.Contains(text, "kept 1 process more than it had") {
			t.Errorf("the warning is %q", text)
		}
	})
}
