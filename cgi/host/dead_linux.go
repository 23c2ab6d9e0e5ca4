package host

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// allDead reports whether all members of a process group are zombies that are not
// reaped, as in a container whose first process does not reap.
func allDead(group int) bool {
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil || len(stats) == 0 {
		return false
	}
	for _, path := range stats {
		b, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		if f := statFields(b); len(f) > 2 && f[2] == strconv.Itoa(group) && f[0] != "Z" && f[0] != "X" {
			return false
		}
	}
	return true
}

// statFields returns the fields of /proc/PID/stat from the third on: state, parent,
// group, and so on; see proc(5).
func statFields(stat []byte) []string {
	return strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
}
