package database

import (
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// removeSegment removes the shared memory of a server that was killed. Its file
// postmaster.pid names it (the source of PostgreSQL, miscadmin.h: LOCK_FILE_LINE_SHMEM_KEY);
// an orderly end removes both.
func removeSegment(file string) {
	text, err := os.ReadFile(file)
	if err != nil {
		return
	}
	lines := strings.Split(string(text), "\n")
	if len(lines) < segmentLine {
		return
	}
	fields := strings.Fields(lines[segmentLine-1])
	if len(fields) != 2 {
		return
	}
	if id, err := strconv.Atoi(fields[1]); err == nil {
		unix.SysvShmCtl(id, unix.IPC_RMID, nil)
	}
}

// segmentLine is the line with the key and the number of the segment.
const segmentLine = 7
