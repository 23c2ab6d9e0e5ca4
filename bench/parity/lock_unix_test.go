//go:build unix

package parity_test

import (
	"os"
	"syscall"
)

// lockFile waits for the lock of a file, which is freed when f is closed.
func lockFile(f *os.File) error { return syscall.Flock(int(f.Fd()), syscall.LOCK_EX) }

// tryLockFile fails if the file is locked.
func tryLockFile(f *os.File) error {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
}
