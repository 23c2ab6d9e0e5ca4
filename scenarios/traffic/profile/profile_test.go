package profile_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/classibench/classibench/scenarios"
	"github.com/classibench/classibench/scenarios/traffic/profile"
	"github.com/classibench/classibench/scenarios/traffic/trace"
)

var start = time.Date(2026, 3, 14, 9, 0, 0, 0, time.UTC)

// hits are requests at seconds since the start.
func of(t *testing.T, hits ...trace.Hit) *profile.Profile {
	t.Helper()
	p, err := profile.Of(t.Context(), trace.About{Start: start, Spread: true}, each(hits))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func each(hits []trace.Hit) iter.Seq2[*trace.Hit, error] {
	return func(yield func(*trace.Hit, error) bool) {
		for i := range hits {
			if !yield(&hits[i], nil) {
				return
			}
		}
	}
}

func get(at time.Duration, path string) trace.Hit {
	return trace.Hit{At: at, Client: "a", Method: "GET", URL: "http://127.0.0.1" + path, Status: 200, Size: 100}
}

func TestTheBusiestTime(t *testing.T) {
	var hits []trace.Hit
	for minute := range 180 {
		for range map[bool]int{true: 6, false: 2}[minute >= 70 && minute < 130] + map[bool]int{true: 60}[minute == 100] {
			hits = append(hits, get(time.Duration(minute)*time.Minute, "/"))
		}
	}
	p := of(t, hits...)
	if want := start.Add(70 * time.Minute); !p.Hour.From.Equal(want) || p.Hour.Hits != 6*60+60 {
		t.Errorf("got the hour %+v, want 420 hits from %v", p.Hour, want)
	}
	if want := start.Add(100 * time.Minute); !p.Minute.From.Equal(want) || p.Minute.Hits != 66 || p.Minute.Rate != 1.1 {
		t.Errorf("got the minute %+v, want 66 hits from %v", p.Minute, want)
	}
	if len(p.Minutes) != 60 || p.Minutes[30] != 66 || len(p.Steps.Hits) != 180 || p.Steps.Seconds != 60 {
		t.Errorf("got the minutes %v and %d steps of %d s", p.Minutes, len(p.Steps.Hits), p.Steps.Seconds)
	}
	if want := 420.0 / 3600 / p.Rate; math.Abs(p.Hour.PeakToMean-want) > 1e-9 {
		t.Errorf("got the peak to mean %v, want %v", p.Hour.PeakToMean, want)
	}
	if p.PeakToMean != p.Hour.PeakToMean || !p.PeakOfHour() {
		t.Errorf("got the peak to mean %v, want that of the hour: no minute has 100 hits", p.PeakToMean)
	}
}

// The last seconds of a log are a part of the step before: as one of their own, with the
// hits of a second in it, they would look like a site without visitors.
func TestTheEndOfALog(t *testing.T) {
	for _, c := range []struct {
		seconds int // with a hit each
		want    []float64
	}{
		{1, []float64{1}},
		{59, []float64{58}},
		{61, []float64{60}},
		{150, []float64{60, 89}},
		{151, []float64{60, 60, 30}},
		{302, []float64{60, 60, 60, 60, 61}},
	} {
		var hits []trace.Hit
		for second := range c.seconds {
			hits = append(hits, get(time.Duration(second)*time.Second, "/"))
		}
		p := of(t, hits...)
		for name, parts := range map[string][]profile.Part{"all": p.Parts(), "hour": p.HourParts()} {
			var got []float64
			for _, part := range parts {
				got = append(got, part.Seconds)
				if part.Rate() < 0.98 || part.Rate() > 1.04 {
					t.Errorf("%d s, %s: got %v hits/s from %v s", c.seconds, name, part.Rate(), part.Begin)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%d s, %s: got parts of %v s, want %v", c.seconds, name, got, c.want)
			}
		}
		s, _ := p.Scenario("site")
		if stage := s.Replay.Stages[0]; stage.Rate.Value < 0.98 || len(stage.Curve) > 0 && slices.Min(stage.Curve) < 0.97 {
			t.Errorf("%d s: got the stage %+v, want 1 hit/s throughout", c.seconds, stage)
		}
	}
}

// A wrong date does not take memory for all the time before it.
func TestAJumpOfYears(t *testing.T) {
	p := of(t, get(0, "/"), get(50*365*24*time.Hour, "/"))
	if len(p.Steps.Hits) > 400 || p.Steps.Hits[0] != 1 {
		t.Errorf("got %d steps", len(p.Steps.Hits))
	}
}

func TestRoutes(t *testing.T) {
	var hits []trace.Hit
	add := func(n int, format string) {
		for i := range n {
			hits = append(hits, get(0, strings.ReplaceAll(format, "#", fmt.Sprint(i))))
		}
	}
	add(5, "/")
	add(40, "/ads/#")
	add(3, "/ads/#/photos/3f2a9c00d#.jpg")
	add(30, "/users/name-x#/edit")
	add(30, "/images/pic-x#.gif")
	add(10, "/about/us-x#")
	add(20, "/search?q=word#&page=2")
	add(2, "/search?page=1&q=x#")
	add(1, "/2026-03-14/news")
	hits = append(hits, trace.Hit{Method: "POST", URL: "http://127.0.0.1/ads/7", Size: -1})
	got := map[string]int{}
	for _, r := range of(t, hits...).Routes {
		got[r.Method+" "+r.Pattern] += r.Hits
	}
	want := map[string]int{
		"GET /": 5, "GET /ads/{id}": 40, "GET /ads/{id}/photos/{id}.jpg": 3, "GET /users/{name}/edit": 30, "GET /images/{name}.gif": 30,
		"GET /search?page={}&q={}": 22, "GET /{id}/news": 1, "POST /ads/{id}": 1,
	}
	for i := range 10 {
		want[fmt.Sprintf("GET /about/us-x%d", i)] = 1
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("routes (-want +got):\n%s", diff)
	}
}

// The exponent of drawn values is found, within what a sample of 100,000 allows.
func TestZipf(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	for _, s := range []float64{0.5, 0.9, 1.2, 2} {
		const n = 300
		sums := make([]float64, n)
		sum := 0.0
		for k := range sums {
			sum += math.Pow(float64(k+1), -s)
			sums[k] = sum
		}
		counts := make([]int, n)
		for range 100_000 {
			k, _ := slices.BinarySearch(sums, random.Float64()*sum)
			counts[k]++
		}
		slices.Sort(counts)
		slices.Reverse(counts)
		for counts[len(counts)-1] == 0 {
			counts = counts[:len(counts)-1]
		}
		if got := profile.Zipf(counts); math.Abs(got-s) > 0.03 {
			t.Errorf("s = %v: got %v", s, got)
		}
	}
	if got := profile.Zipf([]int{5, 5, 5}); got > 1e-5 {
		t.Errorf("equal counts: got %v, want 0", got)
	}
	if got := profile.Zipf([]int{5}); got != 0 {
		t.Errorf("a single value: got %v, want 0", got)
	}
}

func TestWhatAnswersWere(t *testing.T) {
	hits := []trace.Hit{get(0, "/"), get(0, "/"), get(time.Second, "/a"), {At: time.Second, Client: "b", Method: "HEAD", URL: "http://127.0.0.1/", Status: 404, Size: -1}}
	p := of(t, hits...)
	if p.Sizes.Known != 3 || p.Sizes.Mean != 100 || math.Abs(p.Sizes.Median-100) > 5 || p.Sizes.Most != 100 {
		t.Errorf("got the sizes %v %v %v %v", p.Sizes.Known, p.Sizes.Mean, p.Sizes.Median, p.Sizes.Most)
	}
	if p.Statuses[200] != 3 || p.Statuses[404] != 1 || p.Methods["HEAD"] != 1 {
		t.Errorf("got %v and %v", p.Statuses, p.Methods)
	}
	if want := (profile.Clients{Different: 2, Most: 3, Top: 0.75}); p.Clients != want {
		t.Errorf("got %+v, want %+v", p.Clients, want)
	}
}

// The scenario can be read again, and draws targets as often as they were requested.
func TestScenario(t *testing.T) {
	hits := []trace.Hit{{Method: "POST", URL: "http://127.0.0.1/ads", Size: -1}}
	for i := range 3000 {
		path := "/"
		if i%3 > 0 {
			path = fmt.Sprintf("/ads/%d?a={b}", i%3*(i%7))
		}
		hits = append(hits, get(time.Duration(i)*time.Second, path))
	}
	s, notes := of(t, hits...).Scenario("mine")
	again, err := scenarios.Parse("mine.yaml", scenarios.Encode(s, "A comment."))
	if err != nil {
		t.Fatalf("%v\n%s", err, scenarios.Encode(s, ""))
	}
	if diff := cmp.Diff(s.Mix, again.Mix); diff != "" {
		t.Errorf("mix (-want +got):\n%s", diff)
	}
	if len(s.Mix) != 2 || s.Mix[0].Weight != 2000 || len(s.Draw["path1"].List) != 400 || len(notes) != 1 {
		t.Errorf("got %+v, %v", s.Mix, notes)
	}
	n := 0
	for _, path := range s.Draw["path1"].List {
		if path == "/ads/0?a={b}" {
			n++
		}
	}
	if n != 57 { // 1/7 of 400
		t.Errorf("the target is drawn %d times of 400, want 57", n)
	}
}

// The quantiles of sizes are those of the answers where all have the same size, and near them
// where they do not.
func TestSizes(t *testing.T) {
	for _, c := range []struct {
		sizes       []int64
		median, p95 float64
	}{
		{[]int64{0, 0, 0}, 0, 0},
		{[]int64{1}, 1, 1},
		{[]int64{500, 500, 500, 500}, 500, 500},
		{[]int64{489, 489}, 489, 489},
		{[]int64{200, 500, 100_000_000_000}, 500, 100_000_000_000},
		{[]int64{math.MaxInt64}, math.MaxInt64, math.MaxInt64},
	} {
		var hits []trace.Hit
		for _, size := range c.sizes {
			h := get(0, "/")
			h.Size = size
			hits = append(hits, h)
		}
		if s := of(t, hits...).Sizes; s.Median != c.median || s.P95 != c.p95 {
			t.Errorf("%v: got the median %v and the p95 %v, want %v and %v", c.sizes, s.Median, s.P95, c.median, c.p95)
		}
	}
	var hits []trace.Hit
	for size := range int64(10_000) {
		h := get(0, "/")
		h.Size = size
		hits = append(hits, h)
	}
	if s := of(t, hits...).Sizes; math.Abs(s.Median/5000-1) > 0.022 || math.Abs(s.P95/9500-1) > 0.022 {
		t.Errorf("0 to 9,999: got the median %v and the p95 %v", s.Median, s.P95)
	}
}

// A scenario states what is known of the log, and nothing of the built-in data.
func TestTheScenarioIsOfTheLog(t *testing.T) {
	for _, c := range []struct {
		name               string
		start              time.Time
		seconds            int
		description, stage string
	}{
		{"long", start, 7200, "The traffic of 14 March 2026, with its busiest hour", "busiest hour"},
		{"short", start, 300, "The traffic of 14 March 2026", "all minutes"},
		{"long, without a start", time.Time{}, 7200, "Recorded traffic, with its busiest hour", "busiest hour"},
		{"short, without a start", time.Time{}, 300, "Recorded traffic", "all minutes"},
	} {
		p, err := profile.Of(t.Context(), trace.About{Start: c.start}, each([]trace.Hit{get(0, "/"), get(time.Duration(c.seconds)*time.Second, "/")}))
		if err != nil {
			t.Fatal(err)
		}
		s, _ := p.Scenario("mine")
		if s.Description != c.description || s.Replay.Stages[0].Name != c.stage {
			t.Errorf("%s: got %q and the stage %q, want %q and %q", c.name, s.Description, s.Replay.Stages[0].Name, c.description, c.stage)
		}
		if text := string(scenarios.Encode(s, "")); strings.Contains(text, "data:") {
			t.Errorf("%s: it states a data set:\n%s", c.name, text)
		}
	}
}

func TestErrors(t *testing.T) {
	if _, err := profile.Of(t.Context(), trace.About{}, each(nil)); err == nil {
		t.Error("no hit is no error")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := profile.Of(ctx, trace.About{}, each([]trace.Hit{get(0, "/")})); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
