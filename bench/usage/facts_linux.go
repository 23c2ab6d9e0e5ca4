package usage

import (
	"fmt"
	"os"
	"runtime"
	"strings"

	"github.com/prometheus/procfs"
	"golang.org/x/sys/unix"
)

// Describe says what machine this is. What could not be found out is left zero;
// the error says why, and the rest still holds.
func Describe() (Facts, error) {
	f := Facts{Cores: len(CPUs()), CPU: runtime.GOARCH}
	var name unix.Utsname
	if unix.Uname(&name) == nil {
		f.Kernel = unix.ByteSliceToString(name.Release[:])
	}
	var limit unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_NOFILE, &limit) == nil {
		f.OpenFiles = limit.Cur
	}
	_, err := os.Stat("/proc/pressure/cpu")
	f.Pressure = err == nil
	f.Quota, f.QuotaFrom = Quota()
	return f, f.fromProc()
}

func (f *Facts) fromProc() error {
	fs, err := procfs.NewDefaultFS()
	if err != nil {
		return fmt.Errorf("open /proc: %w", err)
	}
	memory, err := fs.Meminfo()
	if err != nil {
		return fmt.Errorf("read /proc/meminfo: %w", err)
	}
	if memory.MemTotalBytes != nil {
		f.Memory = int64(*memory.MemTotalBytes)
	}
	cpus, err := fs.CPUInfo()
	if err != nil {
		return fmt.Errorf("read /proc/cpuinfo: %w", err)
	}
	if len(cpus) > 0 && cpus[0].ModelName != "" {
		f.CPU = strings.TrimSpace(cpus[0].ModelName)
	}
	return nil
}
