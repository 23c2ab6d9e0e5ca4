package trial_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/classibench/classibench/bench/parity/trial"
)

func TestDraws(t *testing.T) {
	type draw struct {
		run   int
		value string
		at    time.Duration
	}
	for name, c := range map[string]struct {
		draws []draw
		want  bool
	}{
		"nothing":                   {nil, false},
		"always new":                {[]draw{{1, "a", 0}, {2, "b", 9 * time.Second}}, false},
		"again in another run":      {[]draw{{1, "a", 0}, {2, "b", 5 * time.Second}, {3, "a", 9 * time.Second}}, true},
		"again in the same run":     {[]draw{{1, "a", 0}, {1, "a", 9 * time.Second}}, false}, // such as the token of a session
		"within the same second":    {[]draw{{1, "a", 0}, {2, "a", time.Second}}, false},     // such as a digest of it
		"the same in each run":      {[]draw{{1, "fixed", 0}, {2, "fixed", 9 * time.Second}}, false},
		"others, at the same place": {[]draw{{1, "fixed", 0}, {2, "fixed", 9 * time.Second}, {2, "b", 9 * time.Second}, {3, "b", 20 * time.Second}}, true},
	} {
		var d trial.Draws
		begun, distinct := 0, map[string]bool{}
		for _, x := range c.draws {
			for ; begun < x.run; begun++ {
				d.Begin()
			}
			d.Add("place", x.value, time.Unix(0, 0).Add(x.at))
			distinct[x.value] = true
		}
		fixed := func(value string) bool { return value == "fixed" }
		if got := d.Repeats("place", fixed); got != c.want || d.Repeats("other", fixed) || d.Distinct("place") != len(distinct) {
			t.Errorf("%s: got %v with %d values, want %v with %d", name, got, d.Distinct("place"), c.want, len(distinct))
		}
	}
}

// The memory for values is limited, and what is known about a place stays.
func TestDrawsForget(t *testing.T) {
	var d trial.Draws
	for run := range 3 {
		d.Begin()
		d.Add("set", "a", time.Unix(int64(10*run), 0))
	}
	for i := range 1 << 16 {
		if i%1000 == 0 {
			d.Begin()
		}
		d.Add("tokens", fmt.Sprint(i), time.Unix(100, 0))
	}
	if n := d.Distinct("tokens"); n >= 1<<16 || !d.Repeats("set", nil) || d.Repeats("tokens", nil) {
		t.Errorf("%d values are kept, a set is known: %v", n, d.Repeats("set", nil))
	}
}
