package bench

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/classibench/classibench/bench/answers"
	"github.com/classibench/classibench/scenarios"
)

func TestOneIsCountedAsOne(t *testing.T) {
	c := &Connections{Yielded: 1}
	got := c.doubts("x", 90, 0.1)
	if len(got) != 1 || !strings.HasPrefix(got[0].Text, "1 idle connection was closed") {
		t.Errorf("got %+v", got)
	}
	e := &SilentError{Target: "x", Faults: map[string]Fault{"status": {Count: 1, Example: "503"}}}
	if !strings.Contains(e.Error(), "\n    1 time status: 503") {
		t.Errorf("got %q", e)
	}
}

// The unit is that of the number as it is printed, and none is printed with an exponent.
func TestNumbersInWords(t *testing.T) {
	for f, want := range map[Float]string{0.9996: "1 s", 0.0009996: "1 ms", 99.97: "100 s", 0.0123: "12.3 ms", 0: "0 s", 250: "250 s"} {
		if got := seconds(f); got != want {
			t.Errorf("seconds(%v): got %q, want %q", f, got, want)
		}
	}
	for x, want := range map[float64]string{12: "1200%", 0.1234: "12.3%", 0.5: "50%"} {
		if got := percent(x); got != want {
			t.Errorf("percent(%v): got %q, want %q", x, got, want)
		}
	}
	c := minGain(&Gain{Ratio: 5, Low: 0, High: math.Inf(1)}, 4)
	if !strings.Contains(c.Reason, "too few quads") || strings.Contains(c.Reason, "Inf") {
		t.Errorf("got %q", c.Reason)
	}
}

// A page that was found to be different stays so where there was no time for a second look.
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

func TestConnectionsThatCostSomethingAreNamed(t *testing.T) {
	for want, c := range map[string]Connections{
		"30 of 40 hits had to open a connection, which took 20 ms":                                           {Opened: 30, ConnectSeconds: 0.6},
		"10 hits found their connection closed after a pause and took 300 ms on average, 3 times the median": {Opened: 10, ConnectSeconds: 0.001, Reopened: 10, ReopenSeconds: 3},
		"": {Opened: 10, ConnectSeconds: 0.001, Reopened: 10, ReopenSeconds: 1.1},
	} {
		got := c.doubts("x", 40, 0.1)
		if want == "" && len(got) > 0 || want != "" && (len(got) != 1 || !strings.Contains(got[0].Text, want)) {
			t.Errorf("got %+v, want %q", got, want)
		}
	}
}

func TestTheTimeOfAContextIsUp(t *testing.T) {
	for left, want := range map[time.Duration]bool{0: true, time.Hour: false} {
		ctx, cancel := context.WithDeadline(t.Context(), time.Now().Add(left))
		defer cancel()
		if got := timeIsUp(ctx); got != want {
			t.Errorf("%v left: %v", left, got)
		}
	}
	if timeIsUp(context.Background()) {
		t.Error("a context without an end")
	}
}

// Sessions that differ are named.
func TestADriftIsTold(t *testing.T) {
	p := &Plan{Scenario: &scenarios.Scenario{Capacity: scenarios.Capacity{Budget: time.Minute, Within: 9}},
		Contenders: []Contender{{Target: Target{Name: "base"}}, {Target: Target{Name: "head"}}}}
	c := newCapacity(p, nil, nil)
	for i := range 10 {
		q := ofTurns(5, 5)
		q.Candidate, q.Session, q.At, q.D = "head", i/2, float64(5*i), float64(i/2%2)+float64(i%2)/100
		c.quads = append(c.quads, q)
	}
	if got := fmt.Sprint(c.doubts("capacity.gain", "head")); !strings.Contains(got, "differed from session to session") {
		t.Error(got)
	}
}
