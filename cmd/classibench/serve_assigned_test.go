package main

import (
	"slices"
	"strings"
	"testing"
)

// A variable without a value has that of this environment, so that no command line has it.
func TestAssigned(t *testing.T) {
	t.Setenv("SECRET", "a=b")
	t.Setenv("EMPTY", "")
	for in, want := range map[string]string{"A=1": "A=1", "A=": "A=", "SECRET": "SECRET=a=b", "EMPTY": "EMPTY=", "SECRET=": "SECRET="} {
		if got, err := assigned("--env", []string{in}); err != nil || !slices.Equal(got, []string{want}) {
			t.Errorf("%q: got %q (%v), want %q", in, got, err, want)
		}
	}
	for _, in := range []string{"", "=", "=1", "NO_SUCH_VARIABLE_HERE"} {
		if got, err := assigned("--env", []string{"A=1", in}); err == nil || !strings.Contains(err.Error(), "--env") {
			t.Errorf("%q: got %q (%v), want an error", in, got, err)
		}
	}
}
