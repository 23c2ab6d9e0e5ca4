//go:build linux

package costs_test

import (
	"context"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/classibench/classibench/bench/costs"
	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/bench/target"
	"github.com/classibench/classibench/scenarios"
)

// TestKnownTruth measures programs that spin for a known CPU time before their first byte,
// and another for each request, beside a server that only spins for the requests. Start-up
// and work must be within a tenth or 0.3 ms of the planted time, or their interval must
// contain it within the same distance, since it is wide on a busy machine. The planted time
// is CPU time, so that other programs do not matter. What Perl takes to compile the script is
// start-up, too, and is added to it.
func TestKnownTruth(t *testing.T) {
	if testing.Short() {
		t.Skip("measures for half a minute")
	}
	program := compile(t)
	script, err := filepath.Abs("testdata/truth.pl")
	if err != nil {
		t.Fatal(err)
	}
	number := map[string]string{"amd64": "228", "arm64": "113"}[runtime.GOARCH] // of clock_gettime(2)
	compiled := map[string]time.Duration{"Perl": compileTime(t, script, number)}
	for _, x := range []struct{ startup, work time.Duration }{
		{time.Millisecond, time.Millisecond}, {time.Millisecond, 8 * time.Millisecond}, {10 * time.Millisecond, time.Millisecond}, {10 * time.Millisecond, 8 * time.Millisecond},
	} {
		planted := []string{microseconds(x.startup), microseconds(x.work)}
		for language, command := range map[string][]string{"C": append([]string{program, "cgi"}, planted...), "Perl": append(append([]string{script}, planted...), number)} {
			t.Run(fmt.Sprintf("%s/start-up %v, work %v", language, x.startup, x.work), func(t *testing.T) {
				for try := 1; ; try++ {
					c := measure(t, time.Duration(try)*3500*time.Millisecond,
						candidate(t, scenarios.Target{Name: "cgi", Kind: target.CGI, Command: command}),
						candidate(t, scenarios.Target{Name: "persistent", Kind: target.Server, Command: []string{program, "serve", "{port}", planted[1]}}))
					wantWhole(t, c)
					startup, work := within(t, "start-up", c["cgi"].Startup, x.startup+compiled[language]), within(t, "work", c["cgi"].Work, x.work)
					if startup && work {
						return
					}
					if try == mostTries {
						t.Fatal("the figures differ from the planted times")
					}
				}
			})
		}
	}
}

// compileTime returns the CPU time that a script without planted times takes beyond an empty
// one: the median of the differences of pairs.
func compileTime(t *testing.T, script, number string) time.Duration {
	t.Helper()
	empty := filepath.Join(t.TempDir(), "empty.pl")
	if err := os.WriteFile(empty, []byte("#!/usr/bin/perl -w\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	var differences []time.Duration
	for range 31 {
		differences = append(differences, cpuTime(t, script, "0", "0", number)-cpuTime(t, empty))
	}
	slices.Sort(differences)
	return max(0, differences[len(differences)/2])
}

// cpuTime runs a program, and returns the CPU time that wait4(2) reports.
func cpuTime(t *testing.T, command ...string) time.Duration {
	t.Helper()
	cmd := exec.Command(command[0], command[1:]...)
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: %v", command, err)
	}
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
}

// mostTries bounds the measurements of a pair of figures: an interval of 95% misses one in
// twenty.
const mostTries = 3

func microseconds(d time.Duration) string { return strconv.FormatInt(d.Microseconds(), 10) }

// compile compiles the program in C.
func compile(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "truth")
	if out, err := exec.Command("cc", "-O1", "-o", program, "testdata/truth.c").CombinedOutput(); err != nil {
		t.Fatalf("compile with cc (Debian package gcc): %v\n%s", err, out)
	}
	return program
}

func candidate(t *testing.T, s scenarios.Target) instance.Candidate {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	x, err := target.Of(s, self)
	if err != nil {
		t.Fatal(err)
	}
	x.StartTimeout = time.Minute
	return instance.Candidate{Target: result.Target{Name: s.Name, Kind: s.Kind}, Fresh: func(context.Context) (target.Target, error) { return x, nil }}
}

func measure(t *testing.T, length time.Duration, all ...instance.Candidate) result.Costs {
	t.Helper()
	p := costs.Plan{
		Candidates: all, Seed: 1, Length: length, Timeout: time.Minute, Dir: t.TempDir(),
		Scenario: &scenarios.Scenario{Mix: []scenarios.Route{{Name: "page", Weight: 1, Method: "GET", Path: "/", Expect: scenarios.Expect{Body: "ok"}}}},
	}
	c, err := p.Measure(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(p.Dir); len(left) > 0 {
		t.Errorf("files are left: %v", left)
	}
	return c
}

// within reports whether a part agrees with the planted time.
func within(t *testing.T, part string, c *result.Cost, planted time.Duration) bool {
	t.Helper()
	if c == nil {
		t.Logf("the %s is not known, want %v", part, planted)
		return false
	}
	want := planted.Seconds()
	slack := max(0.1*want, 0.3e-3)
	near := math.Abs(c.CPUSeconds-want) <= slack
	holds := float64(c.Low)-slack <= want && want <= float64(c.High)+slack
	t.Logf("%-8s %5.2f ms planted: %6.3f ms, interval %6.3f to %6.3f; near: %v, in the interval: %v", part, 1e3*want, 1e3*c.CPUSeconds, 1e3*float64(c.Low), 1e3*float64(c.High), near, holds)
	return near || holds
}

// wantWhole fails unless the parts add up to the total. A negative part counts as 0.
func wantWhole(t *testing.T, found result.Costs) {
	t.Helper()
	for name, c := range found {
		sum, all := 0.0, true
		for _, part := range result.Parts() {
			if p := c.Part(part); p != nil {
				sum, all = sum+p.CPUSeconds, all && !p.Below
			}
		}
		if c.Total == nil || all && math.Abs(sum-c.Total.CPUSeconds) > 1e-9 {
			t.Errorf("%s: the parts add up to %v s, not to %+v", name, sum, c.Total)
		}
	}
}
