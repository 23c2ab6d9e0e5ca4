package stats_test

import (
	"encoding/csv"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/classibench/classibench/bench/stats"
)

// A recording is the block series of two identical servers: sessions of turns A B B
// A. See testdata/README.md.
type recording [][]turn

// A turn is four blocks A B B A.
type turn struct{ hits, seconds [4]float64 }

func (t turn) rate(i int) float64 { return t.hits[i] / t.seconds[i] }

// kinds returns the recorded kinds of noise that have goals.
func kinds(tb testing.TB) []string {
	tb.Helper()
	found := map[string]bool{}
	files, err := filepath.Glob(filepath.Join("testdata", "*-*.csv"))
	if err != nil || len(files) == 0 {
		tb.Fatalf("no recordings in testdata (%v)", err)
	}
	for _, file := range files {
		kind, _, _ := strings.Cut(filepath.Base(file), "-")
		if _, ok := goals[kind]; !ok {
			tb.Fatalf("%s: this kind of noise has no goals", file)
		}
		found[kind] = true
	}
	return slices.Sorted(maps.Keys(found))
}

// recordings reads all recordings of a kind of noise.
func recordings(tb testing.TB, kind string) []recording {
	tb.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", kind+"-*.csv"))
	if err != nil || len(files) == 0 {
		tb.Fatalf("no recordings of %s noise in testdata (%v)", kind, err)
	}
	var all []recording
	for _, file := range files {
		all = append(all, readRecording(tb, file))
	}
	return all
}

func readRecording(tb testing.TB, file string) recording {
	tb.Helper()
	f, err := os.Open(file)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comment = '#'
	lines, err := r.ReadAll()
	if err != nil {
		tb.Fatalf("%s: %v", file, err)
	}
	var out recording
	for _, line := range lines[1:] {
		session, quad, position := number(tb, line[0]), number(tb, line[1]), number(tb, line[2])
		if int(session) == len(out) {
			out = append(out, nil)
		}
		if int(quad) == len(out[int(session)]) {
			out[int(session)] = append(out[int(session)], turn{})
		}
		if side := "ABBA"[int(position)]; line[3] != string(side) {
			tb.Fatalf("%s: side %s at position %v, want %c", file, line[3], position, side)
		}
		t := &out[int(session)][int(quad)]
		t.hits[int(position)], t.seconds[int(position)] = number(tb, line[4]), number(tb, line[5])
	}
	return out
}

func number(tb testing.TB, s string) float64 {
	tb.Helper()
	x, err := strconv.ParseFloat(s, 64)
	if err != nil {
		tb.Fatal(err)
	}
	return x
}

// resample draws a run from recordings, as moving blocks (Künsch, Annals of
// Statistics 17, 1989) of two neighbouring sessions. That keeps the correlation of
// neighbours: of turns within a session, and of sessions before and after a
// restart. A coin decides for the whole run which of the two servers is called A.
func resample(r *rand.Rand, from []recording) [][]turn {
	const turns = quadsOfSession * turnsOfQuad
	var run [][]turn
	swap := r.IntN(2) == 1
	for len(run) < sessions {
		rec := from[r.IntN(len(from))]
		at := r.IntN(len(rec) - 1)
		for _, s := range rec[at:min(at+2, at+sessions-len(run))] {
			skip := r.IntN(len(s) - turns + 1)
			run = append(run, named(s[skip:skip+turns], swap))
		}
	}
	return run
}

// centred returns recordings in which the two servers are equal on average, as they
// are in truth. The measured difference is chance, and would be a loss or a gain in
// each run drawn from the recording (Hall and Wilson, Two Guidelines for Bootstrap
// Hypothesis Testing, Biometrics 47, 1991).
func centred(from []recording) []recording {
	sum, n := 0.0, 0.0
	for _, rec := range from {
		for _, d := range values(rec) {
			for _, x := range d {
				sum, n = sum+x, n+1
			}
		}
	}
	out := make([]recording, len(from))
	for i, rec := range from {
		out[i] = lose(rec, -math.Expm1(-sum/n))
	}
	return out
}

// named returns the turns, with the servers' names swapped or not. B A A B becomes
// a turn again when each pair is reversed.
func named(turns []turn, swap bool) []turn {
	out := slices.Clone(turns)
	for i, t := range turns {
		if swap {
			out[i] = turn{
				hits:    [4]float64{t.hits[1], t.hits[0], t.hits[3], t.hits[2]},
				seconds: [4]float64{t.seconds[1], t.seconds[0], t.seconds[3], t.seconds[2]},
			}
		}
	}
	return out
}

// lose slows down B.
func lose(run [][]turn, loss float64) [][]turn {
	out := make([][]turn, len(run))
	for i, s := range run {
		out[i] = slices.Clone(s)
		for k := range out[i] {
			out[i][k].hits[1] *= 1 - loss
			out[i][k].hits[2] *= 1 - loss
		}
	}
	return out
}

// values returns the values of the quads of each session.
func values(run [][]turn) [][]float64 {
	out := make([][]float64, len(run))
	for i, s := range run {
		for turns := range slices.Chunk(s, turnsOfQuad) {
			var q turn
			for _, t := range turns {
				for k := range 4 {
					q.hits[k] += t.hits[k]
					q.seconds[k] += t.seconds[k]
				}
			}
			out[i] = append(out[i], stats.Quad(q.hits, q.seconds))
		}
	}
	return out
}

// The recordings must be of two servers that do not differ.
func TestRecordingsShowNoDifference(t *testing.T) {
	for _, kind := range kinds(t) {
		var d []float64
		for _, rec := range recordings(t, kind) {
			for _, s := range values(rec) {
				d = append(d, s...)
			}
		}
		g := stats.Estimate(d, 0.99)
		t.Logf("%s: %d quads, gain %.4f, 99%% from %.4f to %.4f, ACF(1) %.2f, standard deviation %.1f%%",
			kind, g.N, g.Ratio(), g.Interval.Ratios().Low, g.Interval.Ratios().High, g.ACF1, 100*spread(d))
		if g.Interval.Low > 0 || g.Interval.High < 0 || math.IsInf(g.HalfWidth(), 0) {
			t.Errorf("%s: two identical servers differ: 99%% interval %v", kind, g.Interval)
		}
	}
}

func spread(d []float64) float64 {
	var sum, squares float64
	for _, x := range d {
		sum += x
		squares += x * x
	}
	n := float64(len(d))
	return math.Sqrt((squares - sum*sum/n) / (n - 1))
}
