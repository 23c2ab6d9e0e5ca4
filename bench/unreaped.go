package bench

import (
	"time"

	"github.com/classibench/classibench/bench/usage"
)

// unreapedWords is the warning about a target whose CPU time is incomplete.
const unreapedWords = "a process of it ignores SIGCHLD, as the daemon of mod_cgid does: the kernel counts the CPU time of its children nowhere, so the CPU time that is shown lacks a part of theirs, and may lack most of it"

// unreapedPause is the pause between two searches. A search takes much less.
const unreapedPause = 5 * time.Millisecond

// findUnreaped searches the tree of instance i, until the returned function is called, for a
// process that ignores the end of its children: only while it has children can it be
// distinguished from one that has none. A replay reads the trees anyway.
func (c *session) findUnreaped(i int) (stop func()) {
	e, t := c.instances[i], c.totals[c.instances[i].Name]
	if len(c.plan.Settings.Replay.Stages) > 0 || !e.Watched() || t.unreaped {
		return func() {}
	}
	over, found := make(chan struct{}), make(chan bool, 1)
	go func() { found <- seesUnreaped(e.Running.Roots, over) }()
	return func() {
		close(over)
		t.unreaped = <-found
	}
}

func seesUnreaped(roots func() []int, over <-chan struct{}) bool {
	tree, err := usage.NewTree(roots)
	if err != nil {
		return false // of another system, where no CPU time is shown
	}
	defer tree.Close()
	for {
		u, err := tree.Read()
		if err != nil || u.Unreaped {
			return u.Unreaped
		}
		select {
		case <-over:
			return false
		case <-time.After(unreapedPause):
		}
	}
}
