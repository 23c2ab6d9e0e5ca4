package persistent

import (
	"runtime"
	"runtime/debug"
	"sync"
	"time"
)

const (
	mostPercent  = 400      // GOGC of a small heap
	leastPercent = 50       // GOGC of a large heap
	garbage      = 64 << 20 // bytes of garbage between two collections, within these bounds
	settleAfter  = 10 * time.Second
)

// percent returns the GOGC for a number of bytes that are in use.
func percent(live uint64) int {
	return min(max(int(100*garbage/max(live, 1<<20)), leastPercent), mostPercent)
}

// A collector sets GOGC after each garbage collection, and gives memory back after a peak: a
// process without requests collects nothing, and would keep for minutes what a crowd has
// allocated.
type collector struct {
	mu     sync.Mutex
	now    int // GOGC
	settle *time.Timer
}

// tuneGarbage starts a collector, which lives as long as the process.
func tuneGarbage() {
	c := &collector{now: mostPercent}
	debug.SetGCPercent(c.now)
	c.settle = time.AfterFunc(settleAfter, c.giveBack)
	c.follow()
}

// follow calls tune after each collection: the object of this cycle is garbage then.
func (c *collector) follow() {
	type cycle struct{ _ *collector } // a pointer, since objects without any share their memory
	runtime.AddCleanup(&cycle{}, func(c *collector) {
		c.tune()
		c.follow()
	}, c)
}

// tune sets GOGC for what is in use now, if it differs by a fifth.
func (c *collector) tune() {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	c.mu.Lock()
	defer c.mu.Unlock()
	want := percent(c.live(&m))
	if diff := want - c.now; 5*max(diff, -diff) > c.now {
		c.now = want
		debug.SetGCPercent(want)
	}
	c.settle.Reset(settleAfter)
}

// live returns the bytes that were in use after the last collection: the goal of the next one
// is those, and GOGC more. The caller holds mu.
func (c *collector) live(m *runtime.MemStats) uint64 { return m.NextGC * 100 / uint64(100+c.now) }

// giveBack returns memory to the system, when no collection was due for a while.
func (c *collector) giveBack() {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	c.mu.Lock()
	live := c.live(&m)
	c.mu.Unlock()
	if m.HeapSys-m.HeapReleased > live+garbage {
		debug.FreeOSMemory() // tune follows it
	}
}
