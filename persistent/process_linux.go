package persistent

import (
	"bytes"
	"os"
	"strconv"
	"syscall"
	"time"
)

// processMetrics returns metrics of the process, under the names of Prometheus'
// client library. It leaves out values that cannot be read.
func processMetrics() (all []metric) {
	var used syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &used) == nil {
		cpu := time.Duration(syscall.TimevalToNsec(used.Utime) + syscall.TimevalToNsec(used.Stime))
		all = append(all, metric{"process_cpu_seconds_total", "counter", "Total user and system CPU time spent in seconds.", cpu.Seconds()})
	}
	var files syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files) == nil {
		all = append(all, metric{"process_max_fds", "gauge", "Maximum number of open file descriptors.", float64(files.Cur)})
	}
	if open, err := os.ReadDir("/proc/self/fd"); err == nil {
		all = append(all, metric{"process_open_fds", "gauge", "Number of open file descriptors.", float64(len(open))})
	}
	b, _ := os.ReadFile("/proc/self/statm")
	if size, resident, ok := parseStatm(b); ok {
		page := float64(os.Getpagesize())
		all = append(all,
			metric{"process_virtual_memory_bytes", "gauge", "Virtual memory size in bytes.", page * size},
			metric{"process_resident_memory_bytes", "gauge", "Resident memory size in bytes.", page * resident})
	}
	return all
}

// parseStatm parses /proc/self/statm (proc_pid_statm(5)): the number of pages, and
// how many of them are resident.
func parseStatm(b []byte) (size, resident float64, ok bool) {
	fields := bytes.Fields(b)
	if len(fields) < 2 {
		return 0, 0, false
	}
	all, err := strconv.ParseUint(string(fields[0]), 10, 64)
	if err != nil {
		return 0, 0, false
	}
	some, err := strconv.ParseUint(string(fields[1]), 10, 64)
	return float64(all), float64(some), err == nil
}
