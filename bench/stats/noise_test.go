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

// A recording is the block series of two identical servers: sessions of quads of
// rates, in hits a second, in the order A B B A. See testdata/README.md.
type recording [][][4]float64

// kinds are the kinds of noise that are recorded, of those there are goals for.
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
			tb.Fatalf("%s: recorded noise of a kind without goals", file)
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
			out[int(session)] = append(out[int(session)], [4]float64{})
		}
		if side := "ABBA"[int(position)]; line[3] != string(side) {
			tb.Fatalf("%s: side %s at position %v, want %c", file, line[3], position, side)
		}
		out[int(session)][int(quad)][int(position)] = number(tb, line[4]) / number(tb, line[5])
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

// resample draws the quads of a run of so many sessions from recordings, as
// moving blocks (Künsch, Annals of Statistics 17, 1989) of two neighbouring
// sessions, so that what neighbours have in common stays: quads within a session
// and sessions before and after a restart. A coin says for the whole run which of
// the two servers is called A.
func resample(r *rand.Rand, from []recording, sessions int) [][][4]float64 {
	var run [][][4]float64
	swap := r.IntN(2) == 1
	for len(run) < sessions {
		rec := from[r.IntN(len(from))]
		at := r.IntN(len(rec) - 1)
		for _, s := range rec[at:min(at+2, at+sessions-len(run))] {
			skip := r.IntN(len(s) - quadsOfSession + 1)
			run = append(run, named(ofMix(s[skip:skip+quadsOfSession]), swap))
		}
	}
	return run
}

// centred returns recordings in which the two servers are the same on average, as
// they are in truth: what is left of the difference is chance of the recording, and
// would be a loss or a gain in each run that is drawn from it (Hall and Wilson,
// Two Guidelines for Bootstrap Hypothesis Testing, Biometrics 47, 1991).
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

// ofMix leaves out each third quad, where the gate asks for a single route.
func ofMix(quads [][4]float64) (mix [][4]float64) {
	for i, q := range quads {
		if i%3 != 2 {
			mix = append(mix, q)
		}
	}
	return mix
}

// named returns quads whose servers have changed names, or not. What was B A A B
// is a quad again when each pair is turned round.
func named(quads [][4]float64, swap bool) [][4]float64 {
	out := make([][4]float64, len(quads))
	for i, q := range quads {
		if swap {
			q = [4]float64{q[1], q[0], q[3], q[2]}
		}
		out[i] = q
	}
	return out
}

// lose slows B down.
func lose(run [][][4]float64, loss float64) [][][4]float64 {
	out := make([][][4]float64, len(run))
	for i, s := range run {
		for _, q := range s {
			out[i] = append(out[i], [4]float64{q[0], q[1] * (1 - loss), q[2] * (1 - loss), q[3]})
		}
	}
	return out
}

// values are the values of the quads of each session.
func values(run [][][4]float64) [][]float64 {
	out := make([][]float64, len(run))
	for i, s := range run {
		for _, q := range s {
			out[i] = append(out[i], stats.Quad(q[0], q[1], q[2], q[3]))
		}
	}
	return out
}

// The recordings are what they are taken for: two servers that do not differ.
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
