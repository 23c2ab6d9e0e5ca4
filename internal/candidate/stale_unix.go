//go:build linux || darwin || freebsd || netbsd || openbsd

package candidate

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
)

// ownerFile is locked as long as the owner of a setup's directory runs.
const ownerFile = "owner"

// claim locks a directory until the lock is closed or this process ends. The file gets its
// name when it is locked, so that no other run takes the directory for stale.
func claim(dir string) (lock *os.File, err error) {
	path := filepath.Join(dir, ownerFile)
	lock, err = os.OpenFile(path+".new", os.O_CREATE|os.O_RDWR|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	if err = syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err == nil {
		err = os.Rename(path+".new", path)
	}
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	return lock, nil
}

// removeStale removes the directories of this user's setups whose owner was killed. What
// cannot be removed stays: it does not concern this run.
func removeStale() {
	dirs, err := filepath.Glob(filepath.Join(os.TempDir(), temporary+"*"))
	if err != nil {
		return
	}
	for _, dir := range dirs {
		if mine(dir) && ownerless(dir) {
			os.RemoveAll(dir)
		}
	}
}

// mine reports whether a path is a directory of this user.
func mine(path string) bool {
	info, err := os.Lstat(path)
	if err != nil || !info.IsDir() {
		return false
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Geteuid()
}

// ownerless reports whether the owner of a directory has ended without removing it.
func ownerless(dir string) bool {
	lock, err := os.OpenFile(filepath.Join(dir, ownerFile), os.O_RDWR|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return false
	}
	defer lock.Close()
	return syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil
}
