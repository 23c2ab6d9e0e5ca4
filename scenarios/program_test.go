package scenarios_test

import (
	"slices"
	"testing"

	"github.com/classibench/classibench/scenarios"
)

// The path of the data is one word of a command, also in a line for a shell.
func TestWithDataInALineForAShell(t *testing.T) {
	const path = "/tmp/it's here/ads.db"
	target := scenarios.Target{Command: []string{"./x", "-db={data}"}, Reset: []string{"/bin/sh", "-c", `cp seed.db {data} && chmod 600 "{data}"`, "{data}"}}.WithData(path)
	if want := []string{"./x", "-db=" + path}; !slices.Equal(target.Command, want) {
		t.Errorf("command: got %q, want %q", target.Command, want)
	}
	if want := []string{"/bin/sh", "-c", `cp seed.db '/tmp/it'\''s here/ads.db' && chmod 600 "/tmp/it's here/ads.db"`, path}; !slices.Equal(target.Reset, want) {
		t.Errorf("reset: got %q, want %q", target.Reset, want)
	}
}
