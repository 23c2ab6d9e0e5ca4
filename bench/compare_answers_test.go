package bench

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/classibench/classibench/bench/answers"
	"github.com/classibench/classibench/bench/instance"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/scenarios"
)

// A different page stays different if there was no time for a second request.
func TestTheSecondLook(t *testing.T) {
	first, late := &answers.Difference{Kind: answers.Text, Got: "It works!"}, &answers.Difference{Kind: answers.Status, Got: "no answer"}
	if got := confirmed(first, late, false); got != first {
		t.Errorf("too late: got %+v", got)
	}
	if got := confirmed(first, nil, true); got != nil {
		t.Errorf("cleared up: got %+v", got)
	}
	if got := confirmed(first, late, true); got != late {
		t.Errorf("in time: got %+v", got)
	}
}

func TestTheTimeOfAContextIsUp(t *testing.T) {
	for left, want := range map[time.Duration]bool{0: true, time.Hour: false} {
		ctx, cancel := context.WithDeadline(t.Context(), time.Now().Add(left))
		defer cancel()
		if got := pastDeadline(ctx); got != want {
			t.Errorf("%v left: %v", left, got)
		}
	}
	if pastDeadline(context.Background()) {
		t.Error("a context without an end")
	}
}

// A warning names the drift between sessions.
func TestADriftIsTold(t *testing.T) {
	p := &Plan{Settings: Settings{Capacity: scenarios.Capacity{Budget: time.Minute, Within: 9}},
		Candidates: []instance.Candidate{{Target: result.Target{Name: "base"}}, {Target: result.Target{Name: "head"}}}}
	c := newCapacity(p, nil, nil)
	for i := range 10 {
		q := quadOf(5, 5)
		q.Session, q.At = i/2, float64(5*i)
		for _, place := range []int{1, 2} {
			q.Blocks[place].Seconds *= math.Exp(-float64(i/2%2) - float64(i%2)/100)
		}
		c.quads = append(c.quads, q)
	}
	if got := fmt.Sprint(c.gainWarnings("capacity.gain", "head")); !strings.Contains(got, "differed from session to session") {
		t.Error(got)
	}
}

func TestATargetThatIsSilent(t *testing.T) {
	e := &SilentError{Target: "x", Faults: map[string]result.Fault{"status": {Count: 1, Example: "503"}}}
	if !strings.Contains(e.Error(), "\n    1 time status: 503") {
		t.Errorf("got %q", e)
	}
}
