package usage

import (
	"fmt"
	"time"

	"github.com/prometheus/procfs"
	"golang.org/x/sys/unix"
)

// ReadMachine reads the state of the whole machine from /proc/stat, /proc/loadavg
// and /proc/pressure/cpu. Not every kernel has the last one.
func ReadMachine() (Machine, error) {
	fs, err := procfs.NewDefaultFS()
	if err != nil {
		return Machine{}, fmt.Errorf("open /proc: %w", err)
	}
	s, err := fs.Stat()
	if err != nil {
		return Machine{}, fmt.Errorf("read /proc/stat: %w", err)
	}
	m := Machine{At: time.Now(), Started: s.ProcessCreated}
	c := s.CPUTotal
	m.Busy, m.Steal = seconds(c.User+c.Nice+c.System+c.IRQ+c.SoftIRQ), seconds(c.Steal)
	load, err := fs.LoadAvg()
	if err != nil {
		return m, fmt.Errorf("read /proc/loadavg: %w", err)
	}
	m.LoadAverage = load.Load1
	if psi, err := fs.PSIStatsForResource("cpu"); err == nil && psi.Some != nil {
		m.CPUPressure = time.Duration(psi.Some.Total) * time.Microsecond
	}
	return m, nil
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// Self returns the CPU time of this process, in user mode and in the kernel.
func Self() time.Duration {
	var ts unix.Timespec
	if unix.ClockGettime(unix.CLOCK_PROCESS_CPUTIME_ID, &ts) != nil {
		return 0
	}
	return time.Duration(ts.Nano())
}
