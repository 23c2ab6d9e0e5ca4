package usage

import (
	"fmt"
	"runtime"
	"strings"

	"github.com/prometheus/procfs"
	"golang.org/x/sys/unix"
)

// Describe describes the machine. Facts that could not be read are zero, with the
// reason in the error; the others are valid.
func Describe() (Facts, error) {
	f := Facts{CPU: runtime.GOARCH}
	var name unix.Utsname
	if unix.Uname(&name) == nil {
		f.Kernel = unix.ByteSliceToString(name.Release[:])
	}
	var limit unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_NOFILE, &limit) == nil {
		f.OpenFiles = limit.Cur
	}
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
