package persistent

import (
	"os"
	"runtime"
	"runtime/debug"
	"testing"
	"time"
)

func TestPercent(t *testing.T) {
	for _, c := range []struct {
		live uint64
		want int
	}{{0, 400}, {4 << 20, 400}, {16 << 20, 400}, {32 << 20, 200}, {64 << 20, 100}, {128 << 20, 50}, {4 << 30, 50}} {
		if got := percent(c.live); got != c.want {
			t.Errorf("%d MiB in use: GOGC is %d, want %d", c.live>>20, got, c.want)
		}
	}
}

// GOGC follows what is in use, and comes back with it; what a peak has left is given back.
func TestGarbageIsBounded(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(100))
	c := &collector{now: mostPercent}
	c.settle = time.AfterFunc(time.Hour, func() {})
	debug.SetGCPercent(c.now)
	c.follow()
	held := make([]byte, 160<<20)
	for i := 0; i < len(held); i += os.Getpagesize() {
		held[i] = 1
	}
	await(t, c, func(percent int) bool { return percent < 60 })
	runtime.KeepAlive(held)
	held = nil
	await(t, c, func(percent int) bool { return percent > 100 })
	c.giveBack()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	if kept := m.HeapSys - m.HeapReleased; kept > 100<<20 {
		t.Errorf("%d MiB are kept", kept>>20)
	}
}

// await collects garbage until the collector has set a GOGC.
func await(t *testing.T, c *collector, good func(percent int) bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; {
		runtime.GC()
		c.mu.Lock()
		now := c.now
		c.mu.Unlock()
		if good(now) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("GOGC is %d", now)
		}
		runtime.Gosched()
	}
}
