//go:build linux || darwin || freebsd || netbsd || openbsd

package scratch

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// ownerFile is locked as long as the owner of a directory runs.
const ownerFile = "owner"

// claim locks a directory until the lock is closed or this process ends. The file gets its
// name when it is locked, so that no other process takes the directory for abandoned.
func claim(dir string) (*os.File, error) {
	path := filepath.Join(dir, ownerFile)
	f, err := os.OpenFile(path+".new", os.O_CREATE|os.O_RDWR|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errTaken
	}
	if err != nil {
		return nil, err
	}
	if !lock(f) {
		return nil, errors.Join(errTaken, f.Close())
	}
	if err := os.Rename(path+".new", path); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// lock locks a file. A file system without locks is no error: nothing is removed there.
func lock(f *os.File) bool {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	return err == nil || !errors.Is(err, syscall.EWOULDBLOCK)
}

// mine reports whether a path is a file or a directory of this user, and no link.
func mine(path string) bool {
	info, err := os.Lstat(path)
	if err != nil || !info.IsDir() && !info.Mode().IsRegular() {
		return false
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Geteuid()
}

// sweepDir removes a directory whose owner has ended without removing it. What cannot be
// removed stays: it does not concern this process.
func sweepDir(dir string) {
	f, err := abandoned(filepath.Join(dir, ownerFile))
	switch {
	case err == nil:
		if info, err := f.Stat(); err == nil && info.Size() == 0 { // that of another program has some content
			_ = removeAll(dir)
		}
		f.Close()
	case errors.Is(err, fs.ErrNotExist):
		if info, err := os.Lstat(dir); err == nil && info.IsDir() && time.Since(info.ModTime()) > unclaimed {
			_ = os.Remove(filepath.Join(dir, ownerFile+".new"))
			_ = os.Remove(dir) // only if it is empty
		}
	}
}

// sweepFile removes a file whose owner has ended.
func sweepFile(path string) {
	if f, err := abandoned(path); err == nil {
		if named(f, path) { // its owner may just have given it its lasting name
			_ = os.Remove(path)
		}
		f.Close()
	}
}

var errOwned = errors.New("it has an owner")

// abandoned opens and locks a file that no process has locked.
func abandoned(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() || syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil {
		f.Close()
		return nil, errOwned
	}
	return f, nil
}
