package history

import (
	"cmp"
	"container/heap"
	"maps"
	"slices"
	"time"
)

// An Ancestry lists, for each commit, its parents or its nearest ancestors among the
// commits of interest.
type Ancestry map[string][]string

// Order sorts runs: a commit comes after those that it descends from, whatever their
// dates. Dates decide only between commits that are not known to be related. If the date
// of a commit is unknown, the time of its first run replaces it. Runs of the same commit
// stay together, in the order of measurement.
func (a Ancestry) Order(runs []Run) []Run {
	nodes := nodesOf(runs)
	w := a.walk(nodes)
	out := make([]Run, 0, len(runs))
	for n := w.next(); n != nil; n = w.next() {
		out = append(out, n.runs...)
		delete(nodes, n.name)
	}
	// A cycle, possible in a damaged file only: by date.
	rest := slices.SortedFunc(maps.Values(nodes), (*node).compare)
	for _, n := range rest {
		out = append(out, n.runs...)
	}
	return out
}

// A node is a commit with its runs, or a run without a commit.
type node struct {
	name string
	runs []Run
}

func nodesOf(runs []Run) map[string]*node {
	sorted := slices.SortedFunc(slices.Values(runs), func(a, b Run) int {
		return cmp.Or(a.Began.Compare(b.Began), cmp.Compare(a.ID, b.ID))
	})
	nodes := map[string]*node{}
	for _, r := range sorted {
		name := r.Commit.Hash
		if name == "" {
			name = r.Began.String() + r.identity + r.Label // unlike any hash
		}
		if nodes[name] == nil {
			nodes[name] = &node{name: name}
		}
		nodes[name].runs = append(nodes[name].runs, r)
	}
	return nodes
}

func (n *node) date() time.Time {
	if at := n.runs[0].Commit.At; !at.IsZero() {
		return at
	}
	return n.runs[0].Began
}

func (n *node) compare(m *node) int {
	return cmp.Or(n.date().Compare(m.date()), n.runs[0].Began.Compare(m.runs[0].Began), cmp.Compare(n.runs[0].ID, m.runs[0].ID))
}

// A walk visits commits, each after all its parents (Kahn's algorithm). Of the commits
// whose parents were visited, those without runs pass at once, and the earliest of the
// others is next.
type walk struct {
	nodes    map[string]*node
	children map[string][]string
	waits    map[string]int // number of parents not visited yet
	passing  []string
	ready    queue
}

func (a Ancestry) walk(nodes map[string]*node) *walk {
	w := &walk{nodes: nodes, children: map[string][]string{}, waits: map[string]int{}}
	for commit, parents := range a {
		for _, parent := range parents {
			_, known := a[parent]
			if _, measured := nodes[parent]; known || measured {
				w.children[parent] = append(w.children[parent], commit)
				w.waits[commit]++
			}
		}
	}
	for _, commit := range slices.Concat(slices.Collect(maps.Keys(nodes)), slices.Collect(maps.Keys(a))) {
		if n := w.waits[commit]; n == 0 {
			w.waits[commit] = -1 // it may be in both lists
			w.admit(commit)
		}
	}
	return w
}

func (w *walk) admit(commit string) {
	if n, measured := w.nodes[commit]; measured {
		heap.Push(&w.ready, n)
	} else {
		w.passing = append(w.passing, commit)
	}
}

// next returns the next commit with runs, nil at the end.
func (w *walk) next() *node {
	for len(w.passing) > 0 {
		last := len(w.passing) - 1
		commit := w.passing[last]
		w.passing = w.passing[:last]
		w.leave(commit)
	}
	if len(w.ready) == 0 {
		return nil
	}
	n := heap.Pop(&w.ready).(*node)
	w.leave(n.name)
	return n
}

// leave releases the commits that waited for a visited commit.
func (w *walk) leave(commit string) {
	for _, child := range w.children[commit] {
		if w.waits[child]--; w.waits[child] == 0 {
			w.admit(child)
		}
	}
}

// A queue is a heap with the earliest commit at the top.
type queue []*node

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].compare(q[j]) < 0 }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(n any)        { *q = append(*q, n.(*node)) }
func (q *queue) Pop() any {
	last := len(*q) - 1
	n := (*q)[last]
	*q = (*q)[:last]
	return n
}
