package replay_test

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/scenarios"
	"github.com/classibench/classibench/scenarios/traffic/replay"
	"github.com/classibench/classibench/scenarios/traffic/trace"
)

var start = time.Date(2026, 3, 14, 23, 30, 0, 0, time.FixedZone("", 3600))

// written returns the path of a traffic file.
func written(t testing.TB, hits ...trace.Hit) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "traffic.zst")
	w, err := trace.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w.About.Start = start
	for _, h := range hits {
		if err := w.Write(&h); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Commit(); err != nil {
		t.Fatal(err)
	}
	return path
}

func hit(at time.Duration, client, path string) trace.Hit {
	return trace.Hit{At: at, Client: client, Method: "GET", URL: "http://127.0.0.1" + path, Size: -1}
}

// hour has a hit each minute, and ten a second in its minute 40.
func hour(t testing.TB) string {
	var all []trace.Hit
	for m := range 60 {
		all = append(all, hit(time.Duration(m)*time.Minute, "steady", "/"))
		for i := range 600 * (1 - min(1, max(m-40, 40-m))) {
			all = append(all, hit(time.Duration(m)*time.Minute+time.Duration(i)*100*time.Millisecond, fmt.Sprint("c", i%7), fmt.Sprintf("/ads/%d", i%9)))
		}
	}
	return written(t, all...)
}

func TestWindows(t *testing.T) {
	path := hour(t)
	for _, c := range []struct {
		name     string
		o        replay.Options
		from     time.Duration
		length   time.Duration
		hits     int
		duration time.Duration
	}{
		{"busiest minute", replay.Options{Busiest: time.Minute}, 40 * time.Minute, time.Minute, 601, time.Minute},
		{"busiest half", replay.Options{Busiest: 30 * time.Second, Speed: 2}, 40 * time.Minute, 30 * time.Second, 301, 15 * time.Second},
		{"to fit", replay.Options{Busiest: time.Minute, Fit: 6 * time.Second}, 40 * time.Minute, time.Minute, 601, 6 * time.Second},
		{"fits", replay.Options{Busiest: time.Minute, Fit: time.Hour}, 40 * time.Minute, time.Minute, 601, time.Minute},
		{"longer than the file", replay.Options{Busiest: 3 * time.Hour, Speed: 60}, 0, 59*time.Minute + time.Microsecond, 660, 59*time.Second + time.Microsecond/60},
		{"all", replay.Options{}, 0, 59*time.Minute + time.Microsecond, 660, 59*time.Minute + time.Microsecond},
		{"since the start", replay.Options{From: "10m", To: "20m"}, 10 * time.Minute, 10 * time.Minute, 10, 10 * time.Minute},
		{"of the day", replay.Options{From: "23:40", To: "00:01"}, 10 * time.Minute, 21 * time.Minute, 21, 21 * time.Minute},
		{"dates", replay.Options{From: "2026-03-14T22:40:00Z"}, 10 * time.Minute, 49*time.Minute + time.Microsecond, 650, 49*time.Minute + time.Microsecond},
		{"from before the start", replay.Options{From: "2026-03-14T20:40:00Z", To: "1m"}, 0, time.Minute, 1, time.Minute},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := replay.Read(t.Context(), path, c.o)
			if err != nil {
				t.Fatal(err)
			}
			if r.From != c.from || r.Length != c.length || len(r.Hits) != c.hits || r.Duration() != c.duration {
				t.Errorf("from %v, length %v, %d hits in %v; want %v, %v, %d, %v", r.From, r.Length, len(r.Hits), r.Duration(), c.from, c.length, c.hits, c.duration)
			}
			if want := 601.0 / 60 / (660.0 / 3540); math.Abs(r.PeakToMean/want-1) > 1e-6 || r.Whole != 59*time.Minute+time.Microsecond {
				t.Errorf("the peak to mean of %v is %v, want %v of 59m", r.Whole, r.PeakToMean, want)
			}
		})
	}
}

func TestBadInput(t *testing.T) {
	path := hour(t)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file := func(name, text string) string {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return p
	}
	for _, c := range []struct {
		name, path string
		o          replay.Options
		want       string
	}{
		{"no traffic file", file("log", "192.0.2.7 - - [14/Mar/2026] \"GET /\""), replay.Options{}, "it is no traffic file"},
		{"no file", filepath.Join(dir, "none"), replay.Options{}, "no such file"},
		{"cut off", file("cut", string(whole[:len(whole)-20])), replay.Options{}, "is cut off"},
		{"standard input", "-", replay.Options{}, "give a file"},
		{"outside", path, replay.Options{From: "5h"}, "is outside of the traffic, which takes 59m0s from 2026-03-14T23:30:00+01:00"},
		{"before", path, replay.Options{To: "2025-01-01T00:00:00Z"}, "is outside of the traffic"},
		{"turned", path, replay.Options{From: "20m", To: "10m"}, "want an end after the start"},
		{"empty", path, replay.Options{From: "10m1s", To: "10m2s"}, "no request is due in the window"},
		{"no time", path, replay.Options{From: "noon"}, `"noon" is no time of traffic`},
		{"no start", file("bare", `{"at":0,"method":"GET","url":"/"}`), replay.Options{From: "12:00"}, "does not say when its traffic started"},
		{"no path", file("odd", `{"at":0,"method":"GET","url":"mailto:x"}`), replay.Options{}, "it has no method or no path"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := replay.Read(t.Context(), c.path, c.o); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
	if _, err := replay.Read(t.Context(), path, replay.Options{From: "10m1s", To: "10m2s"}); !errors.Is(err, replay.ErrEmpty) {
		t.Errorf("got %v, want ErrEmpty", err)
	}
}

func TestRoutesOfRequests(t *testing.T) {
	post := trace.Hit{At: 3, Method: "POST", URL: "http://127.0.0.1/ads", Body: []byte("a=b"), Header: []scenarios.Field{
		{Name: "Content-Type", Value: "text/x"}, {Name: "Content-Length", Value: "3"}, {Name: "Host", Value: "site.example"}}}
	r, err := replay.Read(t.Context(), written(t, hit(0, "a", "/"), hit(0, "b", "/ads/1?q=%20"), hit(0, "", "/ads/2"), hit(0, "a", "/"), post), replay.Options{Header: []scenarios.Field{{Name: "X", Value: "1"}}})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, m := range r.Mix {
		names = append(names, fmt.Sprintf("%s %v", m.Name, m.Weight))
	}
	if got := strings.Join(names, ", "); got != "GET / 2, GET /ads/… 2, POST /ads 1" {
		t.Errorf("routes %s", got)
	}
	want := load.RecordedRequest{Route: 2, Method: "POST", URI: "/ads", Header: []load.Field{{Name: "Host", Value: "site.example"}, {Name: "X", Value: "1"}}, Type: "text/x", Body: "a=b"}
	if got := r.Requests[3]; fmt.Sprint(got) != fmt.Sprint(want) || len(r.Requests) != 4 || r.Clients != 2 || len(r.Notes) != 1 {
		t.Errorf("got %v of %d, %d clients, notes %q; want %v", got, len(r.Requests), r.Clients, r.Notes, want)
	}
}

// Each copy has the same requests as the window, at other times, by clients of its own, in the
// order of the visit.
func TestMoreVisitorsOfTheSameKind(t *testing.T) {
	path := hour(t)
	once, err := replay.Read(t.Context(), path, replay.Options{Busiest: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	read := func(seed int64) *replay.Replay {
		r, err := replay.Read(t.Context(), path, replay.Options{Busiest: time.Minute, Times: 4, Seed: seed})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	r := read(1)
	if len(r.Hits) != 4*len(once.Hits) {
		t.Fatalf("%d hits, want four times %d", len(r.Hits), len(once.Hits))
	}
	requests, recorded, together := map[uint32]int{}, map[load.RecordedHit]bool{}, 0
	for _, h := range once.Hits {
		requests[h.Request] += 4
		h.Client = 0
		recorded[h] = true
	}
	for i, h := range r.Hits {
		requests[h.Request]--
		if h.Due < 0 || h.Due >= r.Length || i > 0 && h.Due < r.Hits[i-1].Due {
			t.Fatalf("hit %d is due at %v", i, h.Due)
		}
		if h.Client > uint32(len(once.Hits)) {
			h.Client = 0
			if recorded[h] {
				together++
			}
		}
	}
	for q, n := range requests {
		if n != 0 {
			t.Errorf("request %d is sent %d times too rarely", q, n)
		}
	}
	if together > 0 {
		t.Errorf("%d hits of copies are those that were recorded", together)
	}
	if fmt.Sprint(r.Hits) != fmt.Sprint(read(1).Hits) || fmt.Sprint(r.Hits) == fmt.Sprint(read(2).Hits) {
		t.Error("the copies do not follow from the seed")
	}
}

func TestStages(t *testing.T) {
	r, err := replay.Read(t.Context(), hour(t), replay.Options{Busiest: 40 * time.Minute, Speed: 60})
	if err != nil {
		t.Fatal(err)
	}
	stages := r.Stages()
	if got := (scenarios.Replay{Stages: stages}).Duration(); len(stages) != 4 || got != r.Duration() {
		t.Errorf("%d stages of %v, want 4 of %v", len(stages), got, r.Duration())
	}
	if !strings.HasPrefix(stages[0].Name, "from 23:") && !strings.HasPrefix(stages[0].Name, "from 00:") {
		t.Errorf("the first stage is called %q", stages[0].Name)
	}
	shape := r.Shape(scenarios.Rate{Value: 50})
	if m := shape[0].Mean(); len(shape) != 1 || m < 0.999 || m > 1.001 || shape[0].For != r.Duration() {
		t.Errorf("the shape has mean %v in %v", m, shape[0].For)
	}
}
