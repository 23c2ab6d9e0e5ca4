package stats_test

import (
	"cmp"
	"encoding/csv"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/classibench/classibench/bench/stats"
)

// A record is a long capacity measurement of the built-in pair, by session.
type record struct {
	name     string
	sessions []stats.Series
	length   float64 // seconds
	truth    float64 // mean of all values
}

func longRecords(t *testing.T) (all []record) {
	t.Helper()
	names, err := filepath.Glob("testdata/long/*.csv")
	if err != nil || len(names) == 0 {
		t.Fatalf("recordings: %v, %v", names, err)
	}
	for _, name := range names {
		all = append(all, readRecord(t, name))
	}
	return all
}

func readRecord(t *testing.T, name string) record {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	r := record{name: filepath.Base(name)}
	n, session := 0.0, ""
	for i, row := range rows[1:] {
		at, errAt := strconv.ParseFloat(row[1], 64)
		d, errD := strconv.ParseFloat(row[2], 64)
		if errAt != nil || errD != nil {
			t.Fatalf("%s:%d: %v", name, i+2, row)
		}
		if row[0] != session {
			r.sessions, session = append(r.sessions, stats.Series{}), row[0]
		}
		s := &r.sessions[len(r.sessions)-1]
		s.At, s.D = append(s.At, at), append(s.D, d)
		r.length, r.truth, n = at, r.truth+d, n+1
	}
	r.truth /= n
	return r
}

// A schedule lists the parts of a run in which it measures sessions, by start and
// length.
type schedule struct {
	name  string
	begin []float64
	part  float64
}

var schedules = []schedule{
	{"default", []float64{0, 57, 114}, 19},
	{"quick", []float64{0, 12, 24}, 8},
	{"capacity only, 1 min", []float64{0}, 60},
}

// draw returns the sessions that a run would have measured if it had begun at a
// time of the record. The record is treated as a circle.
func (r record) draw(from float64, s schedule) (run []stats.Series) {
	for _, begin := range s.begin {
		for _, session := range r.sessions {
			part := stats.Series{D: session.D}
			for _, at := range session.At {
				part.At = append(part.At, begin+math.Mod(at-from-begin+2*r.length, r.length))
			}
			if n := len(part.At); part.At[0] <= part.At[n-1] && part.At[n-1]-begin < s.part {
				run = append(run, part)
			}
		}
	}
	slices.SortFunc(run, func(a, b stats.Series) int { return cmp.Compare(a.At[0], b.At[0]) })
	return run
}

// Runs are drawn from long recordings of real machines, starting at every time.
// Their intervals must contain the mean of the recording about as often as their
// level, although a machine behaves differently from one minute to the next.
func TestIntervalsHoldOnRecordedRuns(t *testing.T) {
	const seeds = 2000
	for _, rec := range longRecords(t) {
		for _, s := range schedules {
			held, widths := 0, make([]float64, 0, seeds)
			for seed := range uint64(seeds) {
				from := rand.New(rand.NewPCG(seed, 7)).Float64() * rec.length
				g := stats.EstimateSessions(rec.draw(from, s), 0.95)
				if g.Interval.Low <= rec.truth && rec.truth <= g.Interval.High {
					held++
				}
				widths = append(widths, g.HalfWidth())
			}
			slices.Sort(widths)
			share := float64(held) / seeds
			t.Logf("%-18s %-20s of %3.0f min: %.1f%% of intervals contain the mean, median ±%.1f%%", rec.name, s.name, rec.length/60, 100*share, 100*widths[seeds/2])
			if rec.length >= 1800 && s.name == "default" && (share < 0.92 || share > 0.97) {
				t.Errorf("%s, %s: %.1f%% of intervals contain the mean, want 92 to 97%%", rec.name, s.name, 100*share)
			}
		}
	}
}

// Compared with values calculated by hand: three sessions of one value each, far
// apart, give Student's interval; sessions close to each other count less.
func TestEstimateSessionsByHand(t *testing.T) {
	apart := func(seconds float64) stats.Gain {
		var s []stats.Series
		for i, d := range []float64{1, 2, 3} {
			s = append(s, stats.Series{At: []float64{float64(i) * seconds}, D: []float64{d}})
		}
		return stats.EstimateSessions(s, 0.95)
	}
	far := apart(1e6)
	plain := stats.TInterval([]float64{1, 2, 3}, 0.95)
	if math.Abs(far.Interval.Low-plain.Low) > 1e-9 || math.Abs(far.Interval.High-plain.High) > 1e-9 || math.Abs(far.DF-2) > 1e-9 {
		t.Errorf("far apart: got %v with %v degrees of freedom, want %v with 2", far.Interval, far.DF, plain)
	}
	// The drift is unknown, so the correlation at 9 s is 0.35 and at 18 s 0.1225:
	// w'Rw = (3 + 4·0.35 + 2·0.1225)/9 = 0.516111, q = 2/3, se² = q·w'Rw/(1 − w'Rw).
	near := apart(9)
	se := math.Sqrt(2.0 / 3 * 0.5161111111 / 0.4838888889)
	if got := (near.Interval.High - near.Interval.Low) / 2 / stats.StudentT(0.95, near.DF); math.Abs(got-se) > 1e-6 {
		t.Errorf("9 s apart: standard error %v, want %v", got, se)
	}
	if near.DF >= 2 || near.DF < 1 {
		t.Errorf("9 s apart: %v degrees of freedom, want less than 2", near.DF)
	}
}

// The interval of a gain from few values must have its full width.
func TestEstimateSessionsOfFew(t *testing.T) {
	one := stats.EstimateSessions([]stats.Series{{At: []float64{1}, D: []float64{0.5}}, {}}, 0.95)
	if one.Ratio() != math.Exp(0.5) || !math.IsInf(one.HalfWidth(), 1) || one.Sessions != 1 || one.N != 1 {
		t.Errorf("one value: %+v", one)
	}
	if none := stats.EstimateSessions(nil, 0.95); !math.IsNaN(none.Estimate) || none.N != 0 {
		t.Errorf("no value: %+v", none)
	}
	two := stats.EstimateSessions([]stats.Series{{At: []float64{1, 9}, D: []float64{0.5, 0.7}}}, 0.95)
	if !(two.HalfWidth() > math.Expm1(12.7*0.1)) || math.IsInf(two.HalfWidth(), 1) || two.HalfWidth() > math.Expm1(20*0.1) {
		t.Errorf("two values: ±%v, want wider than Student's with one degree of freedom", two.HalfWidth())
	}
}

// Sessions that differ by more than the values inside explain have a drift.
func TestDriftIsTheShareThatIsNotExplained(t *testing.T) {
	made := func(step, noise float64) []stats.Series {
		var s []stats.Series
		for i := range 8 {
			at, m := float64(i)*9, step*float64(i/4)
			s = append(s, stats.Series{At: []float64{at, at + 2, at + 4, at + 6}, D: []float64{m + noise, m - noise, m + noise/2, m - noise/2}})
		}
		return s
	}
	if g := stats.EstimateSessions(made(1, 0.01), 0.95); g.Drift < 0.99 {
		t.Errorf("a step: drift %v, want nearly 1", g.Drift)
	}
	if g := stats.EstimateSessions(made(0.01, 1), 0.95); g.Drift != 0 {
		t.Errorf("noise only: drift %v, want 0", g.Drift)
	}
}

// The assumptions about sessions must not narrow the interval of sessions that
// clearly differ.
func TestSessionsThatDifferAreBelieved(t *testing.T) {
	var s []stats.Series
	for i, d := range []float64{1, 2, 3} {
		at := float64(i) * 1e6
		s = append(s, stats.Series{At: []float64{at, at + 1}, D: []float64{d - 0.0005, d + 0.0005}})
	}
	g, plain := stats.EstimateSessions(s, 0.95), stats.TInterval([]float64{1, 2, 3}, 0.95)
	if got, want := g.Interval.High-g.Interval.Low, plain.High-plain.Low; got < 0.99*want || g.DF > 2.01 {
		t.Errorf("got a width of %v with %v degrees of freedom, want %v with 2", got, g.DF, want)
	}
}

func TestTooFewSessionsDoNotDisagree(t *testing.T) {
	var s []stats.Series
	for i := range 3 {
		at := 9 * float64(i)
		s = append(s, stats.Series{At: []float64{at, at + 1, at + 2}, D: []float64{4.5, 4.6, 4.55}})
	}
	s[1].D[0] = 4.52
	if g := stats.EstimateSessions(s, 0.95); g.N < 8 || g.Disagree() {
		t.Errorf("%+v disagrees", g)
	}
}
