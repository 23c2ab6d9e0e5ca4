package logs

import (
	"cmp"
	"container/heap"
	"context"
	"errors"
	"io"
	"time"

	"github.com/classibench/classibench/scenarios/traffic/trace"
)

// fanIn is how many runs are merged at once: each takes memory for its decoder.
const fanIn = 8

// reduce merges the last runs once there are enough of a level: so each hit is written once a
// level, and the number of runs stays small.
func (q *queue) reduce(ctx context.Context) error {
	n := len(q.done)
	if n < fanIn || q.done[n-fanIn].level != q.done[n-1].level {
		return nil
	}
	level := q.done[n-1].level + 1
	if err := q.merge(ctx, n-fanIn); err != nil {
		return err
	}
	part, err := q.run.w.Seal()
	q.run = nil
	if err != nil {
		return err
	}
	q.done = append(q.done, finished{part, level})
	return q.reduce(ctx)
}

// merge merges the finished runs from an index on into a new run, which it leaves open.
func (q *queue) merge(ctx context.Context, from int) error {
	m, err := openRuns(q.done[from:])
	defer m.close()
	if err != nil {
		return err
	}
	var b *bucket
	for n := 0; len(m) > 0; n++ {
		if n%1000 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		h := m[0]
		if b != nil && (b.second != h.second || b.size() > q.memory/2) {
			if err := q.write(b); err != nil {
				return err
			}
			b = nil
		}
		if b == nil {
			b = &bucket{second: h.second}
		}
		b.add(h.nanos, h.rest, &q.slabs)
		if err := m.next(); err != nil {
			return err
		}
	}
	if err := q.write(b); err != nil {
		return err
	}
	return q.forget(from)
}

// forget removes the runs that were merged.
func (q *queue) forget(from int) (err error) {
	for _, r := range q.done[from:] {
		err = errors.Join(err, r.Remove())
	}
	q.done = q.done[:from]
	return err
}

// A head is the next hit of a run.
type head struct {
	r      *trace.Reader
	order  int // of its run
	second int64
	nanos  int // 0 where they were made by spread
	rest   []byte
}

// heads is a heap of runs by their next hits, see container/heap. Of hits at the same time,
// those of the earlier run come first: they came first in the log.
type heads []*head

func openRuns(runs []finished) (m heads, err error) {
	for i, r := range runs {
		reader, err := trace.Open(r.Path())
		if err != nil {
			return m, err
		}
		h := &head{r: reader, order: i}
		m = append(m, h)
		if err := h.read(); err != nil {
			return m, err
		}
	}
	heap.Init(&m)
	return m, nil
}

func (h *head) read() error {
	at, rest, err := h.r.NextRest()
	h.second, h.rest = h.r.About.Start.Unix()+int64(at/time.Second), rest
	if !h.r.About.Spread {
		h.nanos = int(at % time.Second)
	}
	return err
}

// next replaces the earliest hit by the one after it.
func (m *heads) next() error {
	switch err := (*m)[0].read(); {
	case errors.Is(err, io.EOF):
		(*m)[0].r.Close()
		heap.Pop(m)
	case err != nil:
		return err
	default:
		heap.Fix(m, 0)
	}
	return nil
}

func (m heads) close() {
	for _, h := range m {
		h.r.Close()
	}
}

func (m heads) Len() int      { return len(m) }
func (m heads) Swap(i, j int) { m[i], m[j] = m[j], m[i] }
func (m heads) Less(i, j int) bool {
	a, b := m[i], m[j]
	return cmp.Or(cmp.Compare(a.second, b.second), cmp.Compare(a.nanos, b.nanos), cmp.Compare(a.order, b.order)) < 0
}
func (m *heads) Push(x any) { *m = append(*m, x.(*head)) }
func (m *heads) Pop() any {
	last := len(*m) - 1
	x := (*m)[last]
	*m = (*m)[:last]
	return x
}
