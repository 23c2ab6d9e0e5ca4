package parity

import "slices"

// A snapshot is what the processes of a candidate hold at one moment. On systems without
// /proc it is empty.
type snapshot map[int]held

// held is what one process holds.
type held struct {
	parent int
	dir    string // working directory
	umask  string
	open   map[string]bool // regular files, by path
	locked map[string]bool // those of them with a lock
	reaped uint64          // page faults of children that have ended
}

// workers counts the processes that have no children.
func (s snapshot) workers() (n int) {
	parents := map[int]bool{}
	for _, h := range s {
		parents[h.parent] = true
	}
	for pid := range s {
		n += btoi(!parents[pid])
	}
	return n
}

// A change is what processes hold differently than before.
type change struct {
	dir, umask   string
	open, locked []string
	child        bool // a child process was started and has ended
}

// since compares a snapshot with an earlier one of the same processes.
func (s snapshot) since(before snapshot) (c change) {
	for pid, now := range s {
		was, known := before[pid]
		if !known {
			continue
		}
		if now.dir != was.dir && was.dir != "" {
			c.dir = now.dir
		}
		if now.umask != was.umask && was.umask != "" {
			c.umask = now.umask
		}
		c.open = append(c.open, added(was.open, now.open)...)
		c.locked = append(c.locked, added(was.locked, now.locked)...)
		c.child = c.child || now.reaped > was.reaped
	}
	slices.Sort(c.open)
	slices.Sort(c.locked)
	return c
}

func added(before, now map[string]bool) (paths []string) {
	for path := range now {
		if !before[path] {
			paths = append(paths, path)
		}
	}
	return paths
}
