//go:build linux

package costs_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/classibench/classibench/bench/costs"
	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/bench/target"
	"github.com/classibench/classibench/cgi/host"
	"github.com/classibench/classibench/scenarios"
)

// script writes a CGI script.
func script(t *testing.T, content string) instance.Candidate {
	t.Helper()
	path := filepath.Join(t.TempDir(), "page.cgi")
	if err := os.WriteFile(path, []byte(content), 0o755); err != nil {
		t.Fatal(err)
	}
	return candidate(t, scenarios.Target{Name: "cgi", Kind: target.CGI, Command: []string{path}})
}

// A target with only an address has a time and no CPU time, so start-up and work of the CGI
// program cannot be separated.
func TestATargetWhoseProcessesAreUnknown(t *testing.T) {
	there := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "ok") }))
	defer there.Close()
	all := measure(t, time.Second,
		script(t, "#!/bin/sh\ni=0; while [ $i -lt 50000 ]; do i=$((i+1)); done\nprintf 'Content-Type: text/plain\\n\\nok\\n'\n"),
		candidate(t, scenarios.Target{Name: "there", Kind: target.URL, URL: there.URL}))
	if c := all["there"]; c.Total != nil || c.Work != nil || c.Wall == nil || !(c.Wall.Seconds > 0) || !strings.Contains(c.Missing[result.PartTotal], "pids") {
		t.Errorf("%+v", c)
	}
	c := all["cgi"]
	if c.Startup != nil || c.Work == nil || !slices.Equal(c.Work.With, []string{result.PartStartup}) || c.Process == nil || c.WorkOf != "" {
		t.Errorf("%+v", c)
	}
	if p := c.Process; p != nil && (p.PageFaults < 1 || p.ContextSwitches < 1 || !(p.CPUSeconds > 0)) {
		t.Errorf("a process: %+v", p)
	}
}

// If most answers are wrong, their cost means nothing.
func TestWrongAnswersHaveNoCosts(t *testing.T) {
	all := measure(t, time.Second, script(t, "#!/bin/sh\nprintf 'Content-Type: text/plain\\n\\nsorry\\n'\n"))
	if c := all["cgi"]; c.Total != nil || c.Wall != nil || !strings.Contains(c.Missing[result.PartTotal], "were wrong") {
		t.Errorf("%+v", c)
	}
}

// Requests that take too long for the rounds are not measured for minutes.
func TestSlowAnswersAreGivenUp(t *testing.T) {
	all := measure(t, 50*time.Millisecond, script(t, "#!/bin/sh\nsleep 0.5\nprintf 'Content-Type: text/plain\\n\\nok\\n'\n"))
	if c := all["cgi"]; c.Total != nil || !strings.Contains(c.Missing[result.PartTotal], "--budget") {
		t.Errorf("%+v", c)
	}
}

// Each route of a mix has costs of its own.
func TestRoutesHaveTheirCosts(t *testing.T) {
	c := script(t, "#!/bin/sh\ni=0; while [ $PATH_INFO = /slow ] && [ $i -lt 50000 ]; do i=$((i+1)); done\nprintf 'Content-Type: text/plain\\n\\nok\\n'\n")
	p := costs.Plan{Candidates: []instance.Candidate{c}, Seed: 1, Length: 3 * time.Second, Timeout: time.Minute, Dir: t.TempDir(), Scenario: &scenarios.Scenario{Mix: []scenarios.Route{
		{Name: "fast", Weight: 1, Method: "GET", Path: "/fast"}, {Name: "slow", Weight: 1, Method: "GET", Path: "/slow"},
	}}}
	all, err := p.Measure(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	routes := all["cgi"].Routes
	if len(routes) != 2 || routes[0].Route != "fast" || routes[1].Route != "slow" || len(routes[0].Measured) < 3 {
		t.Fatalf("%+v", routes)
	}
	if fast, slow := routes[0].Total, routes[1].Total; fast == nil || slow == nil || !(slow.CPUSeconds > 2*fast.CPUSeconds) {
		t.Errorf("fast: %+v, slow: %+v", fast, slow)
	}
}

// A counter passes on all requests except those to its path.
func TestCounter(t *testing.T) {
	c := &costs.Counter{Gateway: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.URL.Path) }), Path: "/count"}
	ask := func(path string) string {
		w := httptest.NewRecorder()
		c.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		return w.Body.String()
	}
	if got := ask("/count/1"); got != "/count/1" {
		t.Errorf("the gateway answers %q", got)
	}
	var got struct{ PID int }
	if err := json.Unmarshal([]byte(ask("/count")), &got); err != nil || got.PID != os.Getpid() {
		t.Errorf("got process %d, %v, want %d", got.PID, err, os.Getpid())
	}
	c.Wait() // returns at once: there are no programs
}

// A finisher is a gateway that has something to finish.
type finisher struct{ http.Handler }

func (finisher) Finish(context.Context) error { return errors.New("finished") }

// host.Serve finds the gateway's methods behind a counter.
func TestACounterFinishesItsGateway(t *testing.T) {
	if err := (&costs.Counter{Gateway: finisher{}}).Finish(t.Context()); err == nil || err.Error() != "finished" {
		t.Errorf("got %v, want the gateway's error", err)
	}
	if err := (&costs.Counter{Gateway: http.NotFoundHandler()}).Finish(t.Context()); err != nil {
		t.Error(err)
	}
	var _ interface{ Finish(context.Context) error } = &host.Handler{}
}
