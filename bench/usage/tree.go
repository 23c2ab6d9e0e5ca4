package usage

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Read takes one reading of the processes below the given roots, the roots
// included.
//
// A negative root -p stands for what p started without p itself: its children,
// theirs, and all that p has reaped. That suits a parent that only keeps
// others.
//
// A process belongs to the tree when its parent does, or when its process group
// or session was founded by a process of the tree: one whose parent died does
// not escape. A later reading may be lower when processes whose parent is
// outside the tree have ended in between, since their time is then nobody's; a
// [Tree] remembers it. Read returns [ErrGone] when nothing of the tree is left;
// without roots there is nothing to read, and nothing is used.
func Read(roots ...int) (Usage, error) {
	t, err := NewTree(func() []int { return roots })
	if err != nil {
		return Usage{}, err
	}
	defer t.Close()
	return t.Read()
}

// Watch reads the tree and the machine at once and then in every interval, and
// hands both to emit, until ctx ends. Readings are due at fixed moments: a slow
// emit delays one reading, not all later ones. When the tree has gone, Watch
// returns [ErrGone]; when ctx ends, nil.
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

// unlessOver drops ErrGone when ctx has ended: a tree that is being stopped may
// be gone before its watcher is.
func unlessOver(ctx context.Context, err error) error {
	if ctx.Err() != nil && errors.Is(err, ErrGone) {
		return nil
	}
	return err
}
