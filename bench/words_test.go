package bench

import (
	"math"
	"strings"
	"testing"

	"github.com/classibench/classibench/bench/answers"
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
