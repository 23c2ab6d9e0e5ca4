package bench_test

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/target"
	"github.com/classibench/classibench/bench/usage"
)

// A server that chooses its CPUs itself does not run on those of the others, and the result
// has a warning.
func TestATargetThatChoosesItsCPUsIsNamed(t *testing.T) {
	t.Parallel()
	cpus := usage.CPUs()
	if len(cpus) < 2 {
		t.Skip("needs two CPUs")
	}
	p := short(t, "quick", "slow")
	p.Environment.TargetCPUs, p.Settings.Capacity.Budget = cpus[1:2], time.Second
	p.Candidates[0] = onCPUs(p.Candidates[0], cpus[1:2])
	p.Candidates[1] = onCPUs(p.Candidates[1], cpus[1:2], "taskset", "-c", strconv.Itoa(cpus[0]))
	r, err := p.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := textsAbout(r, "capacity.gain")
	for _, want := range []string{"slow chose its CPUs itself: process ", "may run on CPU " + strconv.Itoa(cpus[0]), "(--no-pin)"} {
		if !strings.Contains(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if strings.Contains(got, "quick chose its CPUs") {
		t.Errorf("got %q: quick stayed where it was put", got)
	}
}

// onCPUs starts a candidate on some CPUs, by a command before its own.
func onCPUs(c instance.Candidate, cpus []int, command ...string) instance.Candidate {
	fresh := c.Fresh
	c.Fresh = func(ctx context.Context) (target.Target, error) {
		t, err := fresh(ctx)
		t.CPUs, t.Command = cpus, append(command, t.Command...)
		return t, err
	}
	return c
}
