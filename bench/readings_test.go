package bench

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/classibench/classibench/bench/histogram"
	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/bench/result"
	"github.com/classibench/classibench/bench/usage"
)

// Two cores are busy in the first second, none in the next.
func watched() *readings {
	began := time.Unix(1000, 0)
	r := &readings{began: began}
	for i, x := range []struct {
		cpu               time.Duration
		runnable, defunct int
	}{{0, 2, 0}, {time.Second, 4, 1}, {2 * time.Second, 6, 2}, {2 * time.Second, 0, 0}, {2 * time.Second, 0, 0}} {
		at := began.Add(time.Duration(i) * 500 * time.Millisecond)
		r.all = append(r.all, reading{
			at:      at.Sub(began).Seconds(),
			tree:    usage.Usage{At: at, CPU: x.cpu, Runnable: x.runnable, Defunct: x.defunct, Memory: int64(i)},
			machine: usage.Machine{At: at, Started: uint64(10 * i), Busy: 2 * x.cpu, Steal: x.cpu / 5},
		})
	}
	return r
}

func TestLoadOfAStretch(t *testing.T) {
	r := watched()
	for _, c := range []struct{ from, to, cpu, cores, runnable float64 }{
		{0, 1, 2, 2, 4}, {1, 2, 0, 0, 2}, {0.25, 0.75, 1, 2, 4}, {0, 2, 2, 1, 2.4},
	} {
		l := r.load(c.from, c.to)
		if math.Abs(l.CPU-c.cpu) > 1e-9 || math.Abs(l.CPUCores-c.cores) > 1e-9 || math.Abs(l.RunnableMean-c.runnable) > 1e-9 {
			t.Errorf("from %v to %v: %+v, want %+v", c.from, c.to, l, c)
		}
	}
	if l := r.load(0, 2); l.RunnableMax != 6 || l.DefunctMax != 2 || l.Started != 40 || l.MemoryMax != 4 {
		t.Errorf("over all %+v", l)
	}
	if l := (&readings{}).load(0, 1); l != (result.Load{}) {
		t.Errorf("of no readings %+v", l)
	}
}

func TestSamplesAreChanges(t *testing.T) {
	s := watched().samples()
	if len(s) != 4 || s[0].CPU != 2 || s[3].CPU != 0 || s[1].Started != 10 {
		t.Errorf("got %+v", s)
	}
}

func TestNoise(t *testing.T) {
	r := watched()
	all := noise("here", r.all[0], r.all[4], 2)
	var text string
	for _, w := range all {
		text += w.Text + "\n"
	}
	// 4 s busy of 4 s in all, 2 s of them the tree's; 0.4 s stolen.
	if len(all) != 2 || !strings.Contains(text, "other programs used 50%") || !strings.Contains(text, "gave 10% of") {
		t.Errorf("got %s", text)
	}
	if got := noise("here", reading{}, reading{}, 2); got != nil {
		t.Errorf("of an empty span: %+v", got)
	}
}

func TestALaggingGeneratorInvalidatesATrial(t *testing.T) {
	rec := &load.Recording{Lag: histogram.New()}
	for range 1000 {
		rec.Lag.Record(time.Millisecond)
	}
	if got := lags(rec); got != "" {
		t.Errorf("1 ms: %s", got)
	}
	for range 20 {
		rec.Lag.Record(80 * time.Millisecond)
	}
	if got := lags(rec); !strings.Contains(got, "fell behind") {
		t.Errorf("80 ms for 2%%: %q", got)
	}
	rec.Hits, rec.Errors = 20, 1000
	if got := lags(rec); !strings.HasSuffix(got, "; 1000 of 1020 hits failed") {
		t.Errorf("most hits failed: %q", got)
	}
}

// One late hit of a few does not show that the generator is late; two do.
func TestOneLateHitOfAFewIsNoLag(t *testing.T) {
	rec := &load.Recording{Lag: histogram.New()}
	for _, c := range []struct {
		lag  time.Duration
		want string
	}{{164 * time.Millisecond, ""}, {time.Millisecond, ""}, {time.Millisecond, ""}, {150 * time.Millisecond, "2 of 4 hits were sent more than 150 ms late"}} {
		rec.Lag.Record(c.lag)
		if got := lags(rec); (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%d hits: got %q, want %q", rec.Lag.Count(), got, c.want)
		}
	}
}

// A span with an unreadable tree at one end gives no figure about other programs.
func TestNoiseOfHalfASpan(t *testing.T) {
	r := watched()
	var s span
	s.add(r.all[0], r.all[4])
	whole := s
	s.add(reading{}, r.all[4])
	s.add(r.all[0], reading{})
	if s != whole {
		t.Errorf("got %+v, want %+v", s, whole)
	}
}

// The database server of a run belongs to the measurement.
func TestTheDatabaseServerIsNoOtherProgram(t *testing.T) {
	began := time.Unix(1000, 0)
	seen, served := &readings{began: began}, &readings{began: began}
	for i := range 3 {
		spent := time.Duration(i) * time.Second
		at := began.Add(spent)
		seen.add(usage.Usage{At: at}, usage.Machine{At: at, Busy: spent})
		served.add(usage.Usage{At: at, CPU: spent}, usage.Machine{At: at})
	}
	e := result.Environment{Cores: 2}
	if all := trialWarnings(result.Trial{}, seen, served, e, nil); len(all) != 0 {
		t.Errorf("got %+v", all)
	}
	if all := trialWarnings(result.Trial{}, seen, &readings{}, e, nil); len(all) != 1 || !strings.Contains(all[0].Text, "other programs used 50%") {
		t.Errorf("without a database server: got %+v", all)
	}
}
