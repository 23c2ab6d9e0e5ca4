package usage

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Read takes one reading of the processes below the given roots, including the
// roots.
//
// A negative root -p means the descendants of p without p itself: its children,
// their children, and all that p has reaped. That suits a parent that only
// supervises others.
//
// A process belongs to the tree if its parent does, or if a process of the tree
// founded its process group or session: so a process does not escape when its
// parent ends. A later reading may be lower when processes whose parent is outside
// the tree have ended in between, since their time is then in no account; a [Tree]
// remembers it. Read returns [ErrGone] if no process of the tree is left. Without
// roots, the usage is zero.
func Read(roots ...int) (Usage, error) {
	t, err := NewTree(func() []int { return roots })
	if err != nil {
		return Usage{}, err
	}
	defer t.Close()
	return t.Read()
}

// Watch reads the tree and the machine at once and then in every interval, and
// passes both to emit, until ctx ends. Readings are due at fixed times: a slow emit
// delays one reading, not all later ones. Watch returns [ErrGone] when the tree has
// gone, and nil when ctx ends.
func Watch(ctx context.Context, every time.Duration, roots func() []int, emit func(Usage, Machine)) error {
	t, err := NewTree(roots)
	if err != nil {
		return err
	}
	defer t.Close()
	return watch(ctx, every, t.Read, ReadMachine, emit)
}

func watch(ctx context.Context, every time.Duration, read func() (Usage, error), machine func() (Machine, error), emit func(Usage, Machine)) error {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for ctx.Err() == nil {
		u, err := read()
		if err != nil {
			return unlessOver(ctx, fmt.Errorf("read the process tree: %w", err))
		}
		m, err := machine()
		if err != nil {
			return err
		}
		emit(u, m)
		select {
		case <-ctx.Done():
		case <-ticker.C:
		}
	}
	return nil
}

// unlessOver drops ErrGone after the end of ctx: a tree that is being stopped may
// end before its watcher.
func unlessOver(ctx context.Context, err error) error {
	if ctx.Err() != nil && errors.Is(err, ErrGone) {
		return nil
	}
	return err
}
