package limits

import (
	"log/slog"
	"runtime/debug"
	"strconv"

	"github.com/KimMachineGun/automemlimit/memlimit"

	"github.com/classibench/classibench/internal/unit"
)

// A Memory is a size in bytes. As a flag it is a number with a unit, as of GOMEMLIMIT.
type Memory int64

// String returns the size in MiB.
func (m *Memory) String() string {
	if *m == 0 {
		return ""
	}
	return strconv.FormatInt(int64(*m>>20), 10) + "MiB"
}

// Set parses a size such as 512MiB.
func (m *Memory) Set(s string) error {
	n, err := unit.ParseMemory(s)
	*m = Memory(n)
	return err
}

// apply sets the soft limit of the Go runtime. GOMEMLIMIT overrides the default. On a system
// that does not report its memory, there is no limit.
func (m Memory) apply(log *slog.Logger) {
	if m > 0 {
		debug.SetMemoryLimit(int64(m))
		return
	}
	available := memlimit.ApplyFallback(memlimit.FromCgroup, memlimit.FromSystem)
	if _, err := memlimit.Set(memlimit.WithRatio(0.9), memlimit.WithProvider(available)); err != nil {
		log.Warn("the memory has no limit: set one with -memory", slog.Any("err", err))
	}
}
