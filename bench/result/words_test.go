package result

import (
	"math"
	"strings"
	"testing"
)

func TestOneIsCountedAsOne(t *testing.T) {
	c := &Connections{Yielded: 1}
	got := c.Warnings("x", 90, 0.1)
	if len(got) != 1 || !strings.HasPrefix(got[0].Text, "1 idle connection was closed") {
		t.Errorf("got %+v", got)
	}
}

func TestClosedConnectionsAreCounted(t *testing.T) {
	for want, c := range map[string]Connections{
		"it had closed 1 idle connection before it could be used again":    {Closed: 1},
		"it had closed 2 idle connections before they could be used again": {Closed: 2},
	} {
		if got := c.closings(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestAGainWithoutBounds(t *testing.T) {
	c := minGain(&Gain{Ratio: 5, Low: 0, High: math.Inf(1)}, 4)
	if !strings.Contains(c.Reason, "too few quads") || strings.Contains(c.Reason, "Inf") {
		t.Errorf("got %q", c.Reason)
	}
}

func TestConnectionsThatCostSomethingAreNamed(t *testing.T) {
	for want, c := range map[string]Connections{
		"30 connections were opened for hits, which took 20.0 ms":                                               {Opened: 30, ConnectSeconds: 0.6},
		"10 hits found their connection closed after a pause and took 300 ms on average, 3.00 times the median": {Opened: 10, ConnectSeconds: 0.001, Reopened: 10, ReopenSeconds: 3},
		"": {Opened: 10, ConnectSeconds: 0.001, Reopened: 10, ReopenSeconds: 1.1},
	} {
		got := c.Warnings("x", 40, 0.1)
		if want == "" && len(got) > 0 || want != "" && (len(got) != 1 || !strings.Contains(got[0].Text, want)) {
			t.Errorf("got %+v, want %q", got, want)
		}
	}
}
