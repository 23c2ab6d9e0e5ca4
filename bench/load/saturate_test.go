package load_test

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/classibench/classibench/bench/load"
)

func saturate(t *testing.T, h http.HandlerFunc, users int, lead, length time.Duration, o load.Options) load.Block {
	t.Helper()
	b, err := client(t, h, o).Saturate(t.Context(), requests(t, browse), 0, users, lead, length)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestSaturateCountsLikeTheServer(t *testing.T) {
	var served atomic.Uint64
	b := saturate(t, func(w http.ResponseWriter, r *http.Request) { served.Add(1); echo(w, r) }, 4, 0, 300*time.Millisecond, load.Options{})
	// Sent exceeds the hits by the opening answer and by at most 4 requests after
	// the end.
	if b.Sent != served.Load() || b.Errors > 0 || b.Hits+1+4 < b.Sent || b.Hits >= b.Sent || b.Latency.Count() != b.Hits {
		t.Errorf("sent %d: %d right and %d wrong in the block; the server counts %d", b.Sent, b.Hits, b.Errors, served.Load())
	}
	if b.Length < 300*time.Millisecond || b.Whole < b.Length {
		t.Errorf("the block is %v long in %v, want at least 300 ms", b.Length, b.Whole)
	}
}

// A target that never answers costs one timeout, not one for each block.
func TestSaturateASilentTarget(t *testing.T) {
	h := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	b := saturate(t, h, 4, 50*time.Millisecond, 50*time.Millisecond, load.Options{Timeout: 300 * time.Millisecond})
	if b.Hits > 0 || b.Errors == 0 || b.Faults[load.FaultTimeout].Count != b.Errors || b.Sent > 8 {
		t.Errorf("%d hits, %d errors of %d requests: %+v", b.Hits, b.Errors, b.Sent, b.Faults)
	}
}

func TestSaturateIsBrokenOff(t *testing.T) {
	c := client(t, func(w http.ResponseWriter, r *http.Request) { time.Sleep(10 * time.Millisecond); echo(w, r) }, load.Options{})
	why := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	time.AfterFunc(50*time.Millisecond, func() { cancel(why) })
	b, err := c.Saturate(ctx, requests(t, browse), 0, 4, 0, time.Hour)
	if !errors.Is(err, why) || b.Sent == 0 {
		t.Errorf("got %v after %d requests, want %v", err, b.Sent, why)
	}
}
