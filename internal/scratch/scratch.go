// Package scratch makes temporary directories and files that do not stay when their owner is
// killed: whoever makes the next one at the same place removes them.
//
// [NewDir] makes a directory, [NewFile] a file. Each is locked as long as its owner has it
// open. The kernel releases the lock when the owner ends, however that happens. Only what
// belongs to this user and has no owner is removed. On systems without such locks nothing is
// removed.
package scratch

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// A Dir is a directory for temporary files.
type Dir struct {
	Path string
	lock *os.File // nil on systems without locks
}

// NewDir makes a directory in parent, which is that of the system if it is empty, after it
// has removed those without an owner. Their names begin with prefix. The owner calls Remove.
// Path is absolute: it is passed to programs that run in other directories.
func NewDir(parent, prefix string) (*Dir, error) {
	if parent == "" {
		parent = os.TempDir()
	}
	parent, err := filepath.Abs(parent)
	if err != nil {
		return nil, err
	}
	sweep(parent, prefix+"*", sweepDir)
	for try := 1; ; try++ {
		d, err := newDir(parent, prefix)
		if err == nil || try == tries || !errors.Is(err, errTaken) {
			return d, err
		}
	}
}

// tries is how often something is made again that another process took for abandoned before
// it was locked: many make things at the same place at the same time.
const tries = 100

var errTaken = errors.New("another process removed it")

func newDir(parent, prefix string) (*Dir, error) {
	path, err := os.MkdirTemp(parent, prefix)
	if err != nil {
		return nil, err
	}
	lock, err := claim(path)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(path))
	}
	return &Dir{path, lock}, nil
}

// Remove removes the directory with all that is in it.
func (d *Dir) Remove() error {
	err := removeAll(d.Path)
	d.lock.Close()
	return err
}

// removeAll removes a tree, including directories that cannot be written, such as those of
// Go's module cache.
func removeAll(path string) error {
	err := os.RemoveAll(path)
	if !errors.Is(err, fs.ErrPermission) {
		return err
	}
	_ = filepath.WalkDir(path, func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.IsDir() {
			_ = os.Chmod(path, 0o700)
		}
		return nil
	})
	return os.RemoveAll(path)
}

// A File is a temporary file. It is locked until it is closed.
type File struct{ *os.File }

// Beside is the pattern of the name of a file that is written beside the one that it replaces.
const Beside = ".classibench-*.tmp"

// NewFile makes a file in dir after it has removed those without an owner. Its name is pattern
// with another text in place of the *.
func NewFile(dir, pattern string) (*File, error) {
	sweep(dir, pattern, sweepFile)
	for range tries {
		f, err := os.CreateTemp(dir, pattern)
		if err != nil {
			return nil, err
		}
		if lock(f) && named(f, f.Name()) {
			return &File{f}, nil
		}
		f.Close()
	}
	return nil, fmt.Errorf("make a file in %s: %w", dir, errTaken)
}

// ErrKind reports a path of something that a file must not replace.
var ErrKind = errors.New("it is a device, a pipe, a socket or a directory, want a file")

// Replaceable returns an error that wraps ErrKind unless path is free, or that of a regular
// file. CommitAs replaces a device as well, so that root would remove /dev/null: check a path
// that a user names. In a cache, what is no file is to be replaced.
func Replaceable(path string) error {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return &fs.PathError{Op: "replace", Path: path, Err: ErrKind}
	}
	return nil
}

// CommitAs gives the file its lasting name, where it replaces another file, and closes it.
// After an error, the caller discards it.
func (f *File) CommitAs(path string) error {
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	if err := f.Close(); err != nil { // the end of it may be missing
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

// Discard closes and removes the file, if it has no lasting name.
func (f *File) Discard() error {
	err := os.Remove(f.Name())
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	if cerr := f.Close(); !errors.Is(cerr, fs.ErrClosed) {
		err = errors.Join(err, cerr)
	}
	return err
}

// RemoveDirectory removes a directory that stands where a file of a cache should: no file can
// replace it.
func RemoveDirectory(path string) error {
	if info, err := os.Lstat(path); err != nil || !info.IsDir() {
		return nil
	}
	return removeAll(path)
}

// Replace writes a file, all of it or nothing. It replaces another one of that name.
func Replace(path string, mode fs.FileMode, content io.Reader) error {
	f, err := NewFile(filepath.Dir(path), Beside)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, content)
	if err = errors.Join(err, f.Chmod(mode)); err == nil {
		err = f.CommitAs(path)
	}
	if err != nil {
		return errors.Join(err, f.Discard())
	}
	return nil
}

// named reports whether a path still leads to an open file.
func named(f *os.File, path string) bool {
	open, err := f.Stat()
	if err != nil {
		return false
	}
	there, err := os.Lstat(path)
	return err == nil && os.SameFile(open, there)
}

// sweep calls remove for everything in dir that belongs to this user and whose name matches.
func sweep(dir, pattern string, remove func(path string)) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if match, err := filepath.Match(pattern, e.Name()); err == nil && match {
			if path := filepath.Join(dir, e.Name()); mine(path) {
				remove(path)
			}
		}
	}
}

// unclaimed is the age at which an empty directory has no owner: an owner claims it at once.
const unclaimed = time.Minute
