package input

import (
	"slices"

	"golang.org/x/sys/unix"
)

// kernelFS are file systems whose files the kernel makes up as they are read: they count as
// regular, but a read may wait for an event (/proc/kmsg, trace_pipe of tracing) or have no end.
var kernelFS = []int64{unix.PROC_SUPER_MAGIC, unix.SYSFS_MAGIC, unix.DEBUGFS_MAGIC, unix.TRACEFS_MAGIC, unix.SECURITYFS_MAGIC}

// inKernel reports whether the kernel makes up the content of the file at a path.
func inKernel(path string) bool {
	var fs unix.Statfs_t
	return unix.Statfs(path, &fs) == nil && slices.Contains(kernelFS, int64(fs.Type))
}
