package host

import (
	"iter"
	"os"
	"path/filepath"
)

// programs yields the files that requests can start, and an error for each
// directory that cannot be read.
func (d directory) programs() iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		w := walk{directory: d, entered: map[string]bool{}, yield: yield}
		w.enter(d.path)
	}
}

// A walk goes through a directory as requests can. The directory itself may be a
// symbolic link. Links that are followed may lead back: each directory is entered
// once.
type walk struct {
	directory
	entered map[string]bool // by the path without links
	yield   func(file string, err error) bool
}

// enter walks through a directory. It reports whether to go on.
func (w *walk) enter(dir string) bool {
	if own, err := filepath.EvalSymlinks(dir); err == nil {
		if w.entered[own] {
			return true
		}
		w.entered[own] = true
	}
	entries, err := os.ReadDir(dir)
	if err != nil && !w.yield("", err) {
		return false
	}
	for _, e := range entries {
		if !w.visit(filepath.Join(dir, e.Name()), e.Name()) {
			return false
		}
	}
	return true
}

func (w *walk) visit(file, name string) bool {
	info, refused := w.stat(file, name)
	switch {
	case refused != nil:
		return true
	case info.IsDir():
		return w.enter(file)
	case w.mayRun(file, info) != nil:
		return true
	}
	return w.yield(file, nil)
}
