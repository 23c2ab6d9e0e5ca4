package main

import (
	"testing"

	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/scenarios"
)

// Pairs of programs are probed at the same time only if none can change the data of another.
func TestLanes(t *testing.T) {
	own := scenarios.Target{Name: "own", Command: []string{"ads", "--listen", "{addr}"}}
	reset, copied := own, own
	reset.Reset = []string{"sh", "reset.sh"}
	copied.Command = []string{"ads", "--listen", "{addr}", "--db", "{data}"}
	reads, writes := []trial.Request{{Method: "GET", URL: "/"}}, []trial.Request{{Method: "GET", URL: "/"}, {Method: "POST", URL: "/"}}
	for _, c := range []struct {
		what     string
		target   scenarios.Target
		requests []trial.Request
		cpus     int
		want     int
	}{
		{"the built-in program", scenarios.Target{Builtin: "persistent"}, writes, 8, 4},
		{"a copy of the data set", copied, writes, 6, 3},
		{"requests that change nothing", own, reads, 4, 2},
		{"many CPUs", own, reads, 64, maxLanes},
		{"one CPU", own, reads, 1, 1},
		{"data of its own", own, writes, 8, 1},
		{"data that a command restores", reset, reads, 8, 1},
	} {
		if got := lanes([]scenarios.Target{{Builtin: "cgi"}, c.target}, c.requests, c.cpus); got != c.want {
			t.Errorf("%s on %d CPUs: got %d, want %d", c.what, c.cpus, got, c.want)
		}
	}
}
