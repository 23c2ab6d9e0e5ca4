//go:build !linux

package target

// Supervised reports whether a supervisor of a target started this process: there are no
// such processes on this system.
func Supervised() bool { return false }
