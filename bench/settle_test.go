package bench

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/bench/stats"
	"github.com/classibench/classibench/scenarios"
)

const ms = time.Millisecond

// Turns are as long as the targets' answers require and the session allows.
func TestTurnsFor(t *testing.T) {
	fast, cgi, slow := pace{5000, 3 * ms}, pace{100, 90 * ms}, pace{rate: 0.2}
	for name, c := range map[string]struct {
		paces   []pace
		asked   time.Duration
		session time.Duration
		want    []turn
	}{
		"fast targets": {[]pace{fast, fast}, 40 * ms, 9 * time.Second, []turn{{10 * ms, 40 * ms}, {10 * ms, 40 * ms}}},
		"enough answers of the slow one, ample time for the other": {[]pace{cgi, fast}, 40 * ms, 9 * time.Second,
			[]turn{{90 * ms, 250 * ms}, {50 * ms, 200 * ms}}},
		"a baseline that two share": {[]pace{cgi, fast, fast}, 40 * ms, 9 * time.Second,
			[]turn{{90 * ms, 250 * ms}, {50 * ms, 200 * ms}, {50 * ms, 200 * ms}}},
		"as long as the slow one":  {[]pace{{250, 40 * ms}, fast}, 40 * ms, 9 * time.Second, []turn{{40 * ms, 100 * ms}, {25 * ms, 100 * ms}}},
		"a quarter of a long one":  {[]pace{{5, 200 * ms}, fast}, 40 * ms, 60 * time.Second, []turn{{200 * ms, 5 * time.Second}, {100 * ms, 1250 * ms}}},
		"no room: a single answer": {[]pace{slow, slow}, 40 * ms, 9 * time.Second, []turn{{0, 1125 * ms}, {0, 1125 * ms}}},
		"no time at all":           {[]pace{slow, cgi}, 40 * ms, 0, []turn{{0, 40 * ms}, {90 * ms, 90 * ms}}},
	} {
		got := turnsFor(c.paces, c.asked, c.session)
		if len(got) != len(c.want) {
			t.Fatalf("%s: got %v, want %v", name, got, c.want)
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%s: target %d: got %v, want %v", name, i, got[i], c.want[i])
			}
		}
	}
}

// If the answers to many users would take the whole budget, there are fewer users. If users
// do not wait for each other, fewer would not help.
func TestUsersFor(t *testing.T) {
	computing := func(d time.Duration) pilot { return pilot{answer: d, cpu: d} }
	waiting := func(d time.Duration) pilot { return pilot{answer: d, cpu: ms} }
	for name, c := range map[string]struct {
		pilots []pilot
		want   int
	}{
		"the built-in pair":     {[]pilot{computing(15 * ms), computing(ms)}, 8},
		"a Perl script":         {[]pilot{computing(100 * ms), computing(2 * ms)}, 8},
		"half a second each":    {[]pilot{computing(500 * ms), computing(500 * ms)}, 1},
		"a quarter of a second": {[]pilot{computing(250 * ms), computing(20 * ms)}, 4},
		"waits for others":      {[]pilot{waiting(3 * time.Second), waiting(3 * time.Second)}, 8},
		"unknown processes":     {[]pilot{{answer: 5 * time.Second}, {answer: ms}}, 1},
	} {
		p := Plan{Settings: Settings{Capacity: scenarios.Capacity{Users: 8, Block: 40 * ms}}, Environment: result.Environment{TargetCPUs: []int{1}}}
		if got := p.usersFor(c.pilots, time.Minute); got != c.want {
			t.Errorf("%s: %d users, want %d", name, got, c.want)
		}
	}
}

// If sessions outlast the budget, the advice counts the time that they took.
func TestAdviceCountsWhatWasSpent(t *testing.T) {
	g := stats.Gain{Level: 0.95, DF: 1, Interval: stats.Interval{Low: -0.3, High: 0.3}}
	c := &capacity{plan: &Plan{Settings: Settings{Capacity: scenarios.Capacity{Budget: time.Minute}}}, spent: 125 * time.Second}
	if got := c.advice(g, 0.15); strings.Contains(got, "--budget 2m") || strings.Contains(got, "--budget 1m") {
		t.Errorf("%s: it took more than that already", got)
	}
}

func TestReplayTimeoutOfFewAnswers(t *testing.T) {
	p := &Plan{Settings: Settings{Patience: 10 * time.Second, Replay: scenarios.Replay{Timeout: 3 * time.Second}}}
	few := map[string]result.Throughput{"x": {Latency: result.Latency{P50: result.Float(math.NaN()), Mean: 2}}}
	if got := p.replayTimeout(few); got != 6*time.Second {
		t.Errorf("got %v, want 6 s", got)
	}
	few["x"] = result.Throughput{Latency: result.Latency{P50: 0.01, Mean: 0.01}}
	if got := p.replayTimeout(few); got != 3*time.Second {
		t.Errorf("got %v, want 3 s", got)
	}
}
