//go:build linux

package target

import (
	"fmt"
	"net/http"
	"testing"
)

func init() {
	roles["supervised"] = func(args []string) {
		serve(args[0], http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, Supervised()) }))
	}
}

// A process knows whether a supervisor started it.
func TestSupervised(t *testing.T) {
	if Supervised() {
		t.Error("the test has a supervisor")
	}
	if got := get(t, start(t, self(t, "supervised", "{addr}")).URL()); got != "true" {
		t.Errorf("got %q from a target, want true", got)
	}
}
