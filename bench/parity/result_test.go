package parity

import (
	"strings"
	"testing"
	"time"

	"github.com/classibench/classibench/bench/parity/trial"
)

// A command of --reset that hangs takes the budget: more of it would not help.
func TestAResetThatHangsIsNamed(t *testing.T) {
	r := newRun(&Plan{Requests: []trial.Request{{Route: "GET /a", Method: "GET", URL: "/a"}}})
	r.limits.wait(r.plan.Requests[0], 2*time.Second)
	r.limits.restored("old", 12*time.Second)
	r.limits.restored("new", time.Second)
	v := r.result(t.Context(), errSpent)
	if got := strings.Join(v.Reasons, " "); !strings.Contains(got, "takes 12s or more to restore the data of old") {
		t.Errorf("got %q", got)
	}
}
