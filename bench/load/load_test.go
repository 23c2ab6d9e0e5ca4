package load_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/classibench/classibench/bench/load"
	"github.com/classibench/classibench/scenarios"
)

var browse = []scenarios.Route{
	{Name: "home", Weight: 1, Method: "GET", Path: "/", Expect: scenarios.Expect{Body: "ok"}},
	{Name: "ad", Weight: 3, Method: "GET", Path: "/ads/{ad}?q={word}", Expect: scenarios.Expect{Body: "ok {ad}"}},
}

var draws = map[string]scenarios.Draw{
	"ad":   {Range: []int64{1, 1000}, Zipf: 1.2},
	"word": {List: []string{"oak table", "a&b"}},
}

// echo answers as the routes of browse expect.
func echo(w http.ResponseWriter, r *http.Request) {
	fmt.Fprint(w, "ok ", r.URL.Path[min(len("/ads/"), len(r.URL.Path)):])
}

func requests(tb testing.TB, mix []scenarios.Route) *load.Requests {
	tb.Helper()
	r, err := load.NewRequests(mix, draws, nil, 1)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

func client(tb testing.TB, h http.HandlerFunc, o load.Options) *load.Client {
	tb.Helper()
	srv := httptest.NewServer(h)
	tb.Cleanup(srv.Close)
	c, err := load.NewClient(srv.URL, o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(c.Close)
	return c
}

func TestAStallCountsForAllWaitingHits(t *testing.T) {
	t.Parallel()
	// A generator that waits for answers before it sends on would be off by 90%.
	for quantile, off := range stall(t) {
		if math.Abs(off) > 0.1 {
			t.Errorf("quantile %v differs by %.1f%%", quantile, 100*off)
		}
	}
}

func TestOfferIsTheSameForEveryTarget(t *testing.T) {
	seen := func() []string {
		var mu sync.Mutex
		var paths []string
		c := client(t, func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			paths = append(paths, r.URL.String())
			mu.Unlock()
			echo(w, r)
		}, load.Options{})
		stages := []scenarios.Stage{{For: 200 * time.Millisecond, Rate: scenarios.Rate{Value: 1000}, Curve: []float64{0.5, 1, 0}}}
		rec, err := c.Offer(t.Context(), load.Traffic{Arrivals: load.Poisson(7, stages, 0), Requests: requests(t, browse), Stages: []time.Duration{200 * time.Millisecond}}, nil)
		if err != nil || rec.Errors > 0 || rec.Hits != uint64(len(paths)) || rec.Stages[0].Hits != rec.Hits {
			t.Fatalf("%v, %+v, %d paths", err, rec, len(paths))
		}
		slices.Sort(paths) // they arrive in any order
		return paths
	}
	if a, b := seen(), seen(); !slices.Equal(a, b) || len(a) < 60 {
		t.Errorf("two targets got different traffic: %d and %d requests", len(a), len(b))
	}
}

func TestFaults(t *testing.T) {
	for _, c := range []struct {
		name string
		h    http.HandlerFunc
		want load.Fault
	}{
		{"wrong status", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(503) }, "status 503"},
		{"wrong page", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "sorry") }, load.FaultMarker},
		{"never", func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, load.FaultTimeout},
		{"dropped", func(w http.ResponseWriter, r *http.Request) { panic(http.ErrAbortHandler) }, load.FaultEOF},
		{"redirect", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) }, "status 302"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			o := load.Options{}
			if c.want == load.FaultTimeout {
				o.Timeout = 300 * time.Millisecond
			}
			cl := client(t, c.h, o)
			rec, err := cl.Offer(t.Context(), load.Traffic{Arrivals: load.Constant(100, 100*time.Millisecond), Requests: requests(t, browse)}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if b := rec.Faults[c.want]; b.Count != 10 || rec.Errors != 10 || b.Example == "" {
				t.Errorf("got %+v, want 10 of %q", rec.Faults, c.want)
			}
		})
	}
}

func TestNoProcessListens(t *testing.T) {
	srv := httptest.NewServer(nil)
	srv.Close()
	c, err := load.NewClient(srv.URL, load.Options{})
	if err != nil {
		t.Fatal(err)
	}
	rec, err := c.Offer(t.Context(), load.Traffic{Arrivals: load.Constant(100, 50*time.Millisecond), Requests: requests(t, browse)}, nil)
	if err != nil || rec.Faults[load.FaultRefused].Count != 5 {
		t.Errorf("got %v, %+v; want 5 refused", err, rec.Faults)
	}
}

func TestOfferEndsWithItsContext(t *testing.T) {
	why := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	var served atomic.Uint64
	c := client(t, func(w http.ResponseWriter, r *http.Request) {
		if served.Add(1) == 20 {
			cancel(why)
		}
		echo(w, r)
	}, load.Options{})
	rec, err := c.Offer(ctx, load.Traffic{Arrivals: load.Constant(200, time.Hour), Requests: requests(t, browse)}, func(load.Live) {})
	if !errors.Is(err, why) || rec.Hits < 20 || rec.Hits != served.Load() {
		t.Errorf("got %v and %d hits, want %v and the %d served hits", err, rec.Hits, why, served.Load())
	}
}

// A slow target does not slow down the schedule: more hits are in flight than there
// were workers at first.
func TestTheLoopIsOpen(t *testing.T) {
	release := make(chan struct{})
	var inside atomic.Int64
	c := client(t, func(w http.ResponseWriter, r *http.Request) {
		if inside.Add(1) == 100 {
			close(release)
		}
		<-release
		echo(w, r)
	}, load.Options{})
	rec, err := c.Offer(t.Context(), load.Traffic{Arrivals: load.Constant(1000, 100*time.Millisecond), Requests: requests(t, browse)}, nil)
	if err != nil || rec.Hits != 100 {
		t.Errorf("got %v, %d hits, %+v; want all 100", err, rec.Hits, rec.Faults)
	}
}

func TestABoundOnHitsInFlightIsTheGeneratorsFault(t *testing.T) {
	c := client(t, func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(20 * time.Millisecond) // the server's service time
		echo(w, r)
	}, load.Options{MaxInFlight: 1})
	rec, err := c.Offer(t.Context(), load.Traffic{Arrivals: load.Constant(200, 100*time.Millisecond), Requests: requests(t, browse)}, nil)
	if err != nil || rec.Hits != 20 {
		t.Fatal(err, rec.Faults)
	}
	// The last hit is due at 95 ms and cannot be sent before 19 others took 20 ms each.
	if got := rec.Lag.Max(); got < 250*time.Millisecond {
		t.Errorf("the largest send lag is %v, want at least 250 ms, caused by the limit of connections", got)
	}
}

func TestNewClientRefusesInvalidAddresses(t *testing.T) {
	for _, base := range []string{"", "localhost:80", "ftp://localhost", "http://"} {
		if _, err := load.NewClient(base, load.Options{}); err == nil {
			t.Errorf("NewClient(%q) succeeded", base)
		}
	}
}

func TestAsk(t *testing.T) {
	c := client(t, echo, load.Options{})
	r := requests(t, browse)
	for n := range uint64(20) {
		a, err := c.Ask(t.Context(), r.Only(1), n)
		if err != nil || a.Route != 1 || a.Status != 200 || !strings.HasPrefix(string(a.Body), "ok ") || !strings.HasPrefix(a.URI, "/ads/") {
			t.Errorf("request %d: %+v, %v", n, a, err)
		}
	}
	if a, err := c.Ask(t.Context(), r.Only(0), 0); err != nil || a.URI != "/" {
		t.Errorf("%+v, %v", a, err)
	}
}
