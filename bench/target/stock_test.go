//go:build linux

package target

import (
	"context"
	"io"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// Targets that follow each other have one supervisor, with their reset commands, and each
// its own output. A second stop of an earlier one does not reach a later one.
func TestASupervisorServesAnotherTarget(t *testing.T) {
	ctx, end := WithStock(t.Context())
	defer end()
	chatty := self(t, "chatty", "{addr}")
	chatty.Reset = []string{"/bin/sh", "-c", "echo reset"}
	var roots []int
	var earlier *Running
	for range 3 {
		if err := chatty.Restore(ctx); err != nil {
			t.Fatal(err)
		}
		r := startedIn(t, ctx, chatty)
		roots = append(roots, r.Roots()...)
		if earlier != nil {
			earlier.supervisor.stop(0)
			earlier.Stop()
		}
		if err := r.Stop(); err != nil || r.Err() != nil {
			t.Fatal(err, r.Err())
		}
		if out := r.Output(); strings.Contains(out, "reset") || !strings.HasSuffix(out, "the end of 4 MiB\n") {
			t.Errorf("got %d bytes of output that end with %q, want its own", len(out), out[max(0, len(out)-20):])
		}
		earlier = r
	}
	if len(slices.Compact(slices.Clone(roots))) != 1 {
		t.Errorf("got supervisors %v, want one", roots)
	}
	end()
	if err := syscall.Kill(-roots[0], 0); err != syscall.ESRCH { // roots are negative
		t.Errorf("got %v, want that the supervisor has ended", err)
	}
}

func startedIn(t *testing.T, ctx context.Context, target Target) *Running {
	t.Helper()
	r, err := target.Start(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The mark may come in pieces, and what looks like its beginning is output.
func TestOutputUntilTheMark(t *testing.T) {
	var b strings.Builder
	copyUntil(&b, io.MultiReader(strings.NewReader("one\x00"), strings.NewReader("AB\x00A"), strings.NewReader("\x00A"), strings.NewReader("BC"), strings.NewReader("more")), "\x00ABC")
	if b.String() != "one\x00AB\x00A" {
		t.Errorf("got %q", b.String())
	}
}
