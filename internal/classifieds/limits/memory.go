package limits

import (
	"errors"
	"log/slog"
	"math"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/KimMachineGun/automemlimit/memlimit"
)

// A Memory is a size in bytes. As a flag it is a number with one of the units of GOMEMLIMIT.
type Memory int64

// units are those of GOMEMLIMIT, the longest first.
var units = []struct {
	name  string
	bytes int64
}{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", 1 << 40}, {"B", 1}, {"", 1}}

// String returns the size in MiB.
func (m *Memory) String() string {
	if *m == 0 {
		return ""
	}
	return strconv.FormatInt(int64(*m>>20), 10) + "MiB"
}

// Set parses a size such as 512MiB.
func (m *Memory) Set(s string) error {
	for _, u := range units {
		if number, ok := strings.CutSuffix(s, u.name); ok {
			n, err := strconv.ParseInt(number, 10, 64)
			if err != nil || n < 1 || n > math.MaxInt64/u.bytes {
				break
			}
			*m = Memory(n * u.bytes)
			return nil
		}
	}
	return errors.New("want a size such as 512MiB or 2GiB")
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
