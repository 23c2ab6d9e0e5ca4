package environ_test

import (
	"testing"

	"github.com/classibench/classibench/internal/environ"
)

func TestGet(t *testing.T) {
	env := []string{"A=first", "AB=long", "A=b=c", "EMPTY=", "NONE"}
	for name, want := range map[string]string{"A": "b=c", "AB": "long", "EMPTY": "", "NONE": "", "B": ""} {
		if got := environ.Get(env, name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}
