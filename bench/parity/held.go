package parity

import (
	"slices"

	"github.com/classibench/classibench/bench/usage"
)

// A snapshot is what the processes of a candidate hold at one moment. On systems without
// /proc it is empty.
type snapshot map[int]usage.Held

// snapshot reads what the processes of a side hold.
func (s *side) snapshot() snapshot {
	if s.running == nil {
		return nil
	}
	tree, err := usage.NewTree(s.running.Roots)
	if err != nil {
		return nil
	}
	defer tree.Close()
	return tree.Held()
}

// workers counts the processes that have no children.
func (s snapshot) workers() (n int) {
	parents := map[int]bool{}
	for _, h := range s {
		parents[h.Parent] = true
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
		if now.Dir != was.Dir && was.Dir != "" {
			c.dir = now.Dir
		}
		if now.Umask != was.Umask && was.Umask != "" {
			c.umask = now.Umask
		}
		c.open = append(c.open, added(was.Open, now.Open)...)
		c.locked = append(c.locked, added(was.Locked, now.Locked)...)
		c.child = c.child || now.ReapedFaults > was.ReapedFaults
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
