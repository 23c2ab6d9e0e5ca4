package stats_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/classibench/classibench/bench/stats"
)

// series returns normal noise with a standard deviation of 1 around the given
// levels, with length values for each.
func series(seed uint64, length int, levels ...float64) []float64 {
	r := rand.New(rand.NewPCG(seed, 7))
	var out []float64
	for _, level := range levels {
		for range length {
			out = append(out, level+r.NormFloat64())
		}
	}
	return out
}

func indexes(changes []stats.Change) []int {
	var out []int
	for _, c := range changes {
		out = append(out, c.Index)
	}
	return out
}

// By hand, with at least 2 values between changes: the distances between the halves
// of 0 0 0 0 9 9 9 9 are all 9, those within are all 0. So the cut in the middle
// has 4·4/8·2·9 = 36, the largest. Of the 8!/(4!·4!) = 70 orders, 2 reach it.
func TestAChangeByHand(t *testing.T) {
	d := []float64{0, 0, 0, 0, 9, 9, 9, 9}
	got := stats.Changes{Least: 2, Permutations: 9999, Level: 0.1}.Find(d)
	if len(got) != 1 || got[0].Index != 4 || got[0].Before != 0 || got[0].After != 9 {
		t.Fatalf("got %+v, want one change at 4, from 0 to 9", got)
	}
	if math.Abs(got[0].P-2./70) > 0.006 {
		t.Errorf("P = %v, want about %v", got[0].P, 2./70)
	}
}

func TestKnownChanges(t *testing.T) {
	for _, c := range []struct {
		name   string
		d      []float64
		want   []int
		within int
	}{
		{"none", series(1, 60, 0), nil, 0},
		{"too few to cut", []float64{0, 0, 0, 9, 9, 9}, nil, 0},
		{"a constant", make([]float64, 50), nil, 0},
		{"one step", series(2, 40, 0, 3), []int{40}, 2},
		{"up and back again", series(3, 30, 0, 3, 0), []int{30, 60}, 3},
		{"four steps down, as a loss a week", series(4, 40, 0, -3, -6, -9, -12), []int{40, 80, 120, 160}, 2},
		{"only the spread", append(scaled(series(15, 100, 0), 0.2), series(16, 100, 0)...), []int{100}, 8},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := indexes(stats.Changes{Seed: 1}.Find(c.d))
			if len(got) != len(c.want) {
				t.Fatalf("got changes at %v, want %v", got, c.want)
			}
			for i, at := range got {
				if max(at-c.want[i], c.want[i]-at) > c.within {
					t.Errorf("got changes at %v, want %v, each within %d", got, c.want, c.within)
				}
			}
		})
	}
}

func scaled(d []float64, by float64) []float64 {
	for i := range d {
		d[i] *= by
	}
	return d
}

// A series of noise is cut as often as Level, whatever the shape of the noise.
func TestChangesInNoise(t *testing.T) {
	const n = 40
	runs := runs(400)
	for name, noise := range map[string]func(*rand.Rand) float64{
		"normal": (*rand.Rand).NormFloat64, "skewed": (*rand.Rand).ExpFloat64,
		"with outliers": func(r *rand.Rand) float64 { return r.NormFloat64() / (r.Float64() + 0.01) },
	} {
		t.Run(name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(8, 9))
			cut := 0
			for k := range runs {
				d := make([]float64, n)
				for i := range d {
					d[i] = noise(r)
				}
				if len(stats.Changes{Seed: uint64(k), Level: 0.05}.Find(d)) > 0 {
					cut++
				}
			}
			if i := stats.Proportion(cut, runs, 0.999); i.Low > 0.05 || i.High < 0.05 {
				t.Errorf("%d of %d series of noise were cut, want about 5%%", cut, runs)
			}
		})
	}
}

// A loss that is too small for one gate shows in the history: a step of 1.5
// standard deviations between 40 and 40 values.
func TestPowerOfChanges(t *testing.T) {
	runs := runs(200)
	found := 0
	for k := range runs {
		if got := indexes(stats.Changes{Seed: 1}.Find(series(uint64(k), 40, 0, -1.5))); len(got) == 1 && got[0] > 35 && got[0] < 45 {
			found++
		}
	}
	if share(found, runs) < 0.85 {
		t.Errorf("only the step was found, within 4 values, in %d of %d series, want at least 85%%", found, runs)
	}
}

func TestChangesAreDeterministicAndApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := rapid.SliceOfN(rapid.Float64Range(-10, 10), 0, 60).Draw(t, "series")
		least := rapid.IntRange(2, 12).Draw(t, "least")
		c := stats.Changes{Least: least, Level: 0.2, Permutations: 39, Seed: 5}
		got := c.Find(d)
		if again := c.Find(d); !cmp.Equal(got, again) {
			t.Fatalf("the same series and seed gave %v and %v", got, again)
		}
		before := 0
		for _, at := range append(indexes(got), len(d)) {
			if len(got) > 0 && at-before < least {
				t.Fatalf("changes at %v in %d values are closer than %d", indexes(got), len(d), least)
			}
			before = at
		}
	})
}

func BenchmarkChanges(b *testing.B) {
	for _, c := range []struct {
		name string
		d    []float64
	}{
		{"1000 of noise", series(1, 1000, 0)},
		{"1000 with 9 changes", series(1, 100, 0, 2, 0, 3, 1, 4, 2, 5, 3, 6)},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				stats.Changes{}.Find(c.d)
			}
		})
	}
}
