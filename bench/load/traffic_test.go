package load_test

import (
	"math"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/classibench/classibench/bench/histogram"
	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/scenarios"
	"pgregory.net/rapid"
)

func dues(a load.Arrivals) []time.Duration {
	var all []time.Duration
	for n := uint64(0); ; n++ {
		due, ok := a.At(n)
		if !ok {
			return all
		}
		all = append(all, due)
	}
}

// The time-rescaling theorem: mapped through the expected number of hits, a Poisson
// process of any rate has the rate 1. Its gaps are exponential (Kolmogorov–Smirnov,
// 5% bound 1.358/√n), and the number of hits differs from the expected one only by
// chance.
func TestPoissonFollowsItsCurve(t *testing.T) {
	stages := []scenarios.Stage{
		{For: 10 * time.Second, Rate: scenarios.Rate{Value: 2, Unit: scenarios.OfCapacity}, Curve: []float64{0.2, 1, 0.5}},
		{For: 5 * time.Second, Rate: scenarios.Rate{Value: 300}},
	}
	const capacity = 500
	expected := func(s float64) float64 { // ∫ of the curve: 0.2→1 over 5 s, 1→0.5 over 5 s, then 300/s
		switch {
		case s <= 5:
			return 1000 * (0.2*s + 0.16*s*s/2)
		case s <= 10:
			return 3000 + 1000*((s-5)-0.1*(s-5)*(s-5)/2)
		}
		return 6750 + 300*(s-10)
	}
	all := dues(load.Poisson(3, stages, capacity))
	if mean, n := expected(15), float64(len(all)); math.Abs(n-mean) > 4*math.Sqrt(mean) {
		t.Errorf("%v hits, want %v ± %.0f", n, mean, 4*math.Sqrt(mean))
	}
	var gaps []float64
	last := 0.0
	for _, due := range all {
		at := expected(due.Seconds())
		gaps = append(gaps, at-last)
		last = at
	}
	slices.Sort(gaps)
	distance := 0.0
	for i, g := range gaps {
		distance = max(distance, math.Abs(1-math.Exp(-g)-float64(i)/float64(len(gaps))))
	}
	if bound := 1.358 / math.Sqrt(float64(len(gaps))); distance > bound {
		t.Errorf("the gaps differ from an exponential distribution by %.4f, want at most %.4f", distance, bound)
	}
}

func TestPoissonIsAFunctionOfItsSeed(t *testing.T) {
	stages := []scenarios.Stage{{For: time.Second, Rate: scenarios.Rate{Value: 100}}}
	a := load.Poisson(1, stages, 0)
	if first, again := dues(a), dues(a); !slices.Equal(first, again) {
		t.Error("a second pass gives other arrivals")
	}
	if slices.Equal(dues(a), dues(load.Poisson(2, stages, 0))) {
		t.Error("two seeds give the same arrivals")
	}
}

func TestRequestsAreAFunctionOfSeedAndNumber(t *testing.T) {
	r := requests(t, browse)
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Uint64().Draw(t, "n")
		var a, b, other load.Request
		r.Fill(&a, n)
		r.Fill(&other, n+1)
		r.From(n).Fill(&b, 0)
		if string(a.URI) != string(b.URI) || string(a.Marker) != string(b.Marker) || a.Route != b.Route {
			t.Fatalf("request %d is %s and %s", n, a.URI, b.URI)
		}
	})
}

func TestFormsAndAddressesAreEscaped(t *testing.T) {
	r := requests(t, []scenarios.Route{{Name: "post", Weight: 1, Method: "POST", Path: "/s/{word}?w={word}",
		Form: []scenarios.Field{{Name: "a b", Value: "{word}! é"}, {Name: "ad", Value: "{ad}"}}, Expect: scenarios.Expect{Status: 303}}})
	var q load.Request
	for n := uint64(0); ; n++ {
		if r.Fill(&q, n); string(q.URI) != "/s/oak%20table?w=oak+table" {
			continue
		}
		if got, want := string(q.Body[:len("a+b=oak+table%21+%C3%A9&ad=")]), "a+b=oak+table%21+%C3%A9&ad="; got != want || q.Status != 303 {
			t.Errorf("got %q, status %d; want %q, status 303", got, q.Status, want)
		}
		return
	}
}

func TestPopularValuesComeOften(t *testing.T) {
	r := requests(t, browse[1:])
	count := map[string]int{}
	var q load.Request
	const n = 20000
	for i := range uint64(n) {
		r.Fill(&q, i)
		count[string(q.Marker)]++
	}
	most := 0
	for _, c := range count {
		most = max(most, c)
	}
	// Zipf with s = 1.2 over 1,000 values: the first has 1/Σk^-1.2 = 22.8%.
	if share := float64(most) / n; math.Abs(share-0.228) > 0.012 {
		t.Errorf("the most popular ad has %.3f of the hits, want 0.228", share)
	}
	if len(count) < 500 {
		t.Errorf("only %d of 1,000 ads are requested", len(count))
	}
}

func TestHistogramsMergeAndTravel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Int64Range(1, int64(time.Minute)), 1, 100).Draw(t, "values")
		cut := rapid.IntRange(0, len(values)).Draw(t, "cut")
		whole, left, right := histogram.New(), histogram.New(), histogram.New()
		for i, v := range values {
			whole.Record(time.Duration(v))
			if i < cut {
				left.Record(time.Duration(v))
			} else {
				right.Record(time.Duration(v))
			}
		}
		left.Merge(right)
		text, err := left.Encode()
		if err != nil {
			t.Fatal(err)
		}
		back, err := histogram.Decode(text)
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range []float64{0, 0.5, 0.9, 0.99, 1} {
			if a, b, c := whole.Quantile(q), left.Quantile(q), back.Quantile(q); a != b || a != c {
				t.Fatalf("quantile %v: %v, merged %v, decoded %v", q, a, b, c)
			}
		}
		if back.Count() != uint64(len(values)) {
			t.Fatalf("%d values, want %d", back.Count(), len(values))
		}
	})
}

func TestPercentilesNeedSupport(t *testing.T) {
	h := histogram.New()
	for i := range 1000 {
		if i == 999 && h.Supports(0.99) {
			t.Error("Supports is true for 999 values and the 99th percentile")
		}
		h.Record(time.Millisecond)
	}
	if !h.Supports(0.99) || h.Supports(0.999) {
		t.Error("1,000 values must support the 99th percentile, but not the 99.9th")
	}
}

func TestMemoryDoesNotGrowWithHits(t *testing.T) {
	heap := func(hits int) uint64 {
		runtime.GC()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		rec := load.RecordAll(9, 30*time.Second, hits)
		runtime.GC()
		runtime.ReadMemStats(&after)
		if rec.Hits != uint64(hits) {
			t.Fatalf("%d hits, want %d", rec.Hits, hits)
		}
		runtime.KeepAlive(rec)
		return after.HeapAlloc - before.HeapAlloc
	}
	few, many := heap(100_000), heap(10_000_000)
	t.Logf("100,000 hits: %d KiB; 10,000,000 hits: %d KiB", few>>10, many>>10)
	if many > few+8<<20 { // less than a byte a hit: earlier tests may still hold some memory
		t.Errorf("the heap grew from %d to %d bytes", few, many)
	}
}
