package logs

import (
	"context"
	"errors"
	"time"

	"github.com/classibench/classibench/scenarios/traffic/trace"
)

// A queue puts hits in the order of time and writes them, with as much memory as it is given.
//
// It holds the hits that came last and writes the earliest of them. Servers log a request when
// it ends, so this order is nearly that of the log. A hit that is earlier than one which is
// written begins another file, a run. At the end the runs are merged (replacement selection,
// Knuth, volume 3, §5.4.1). A log with one line of the year 1970 and one of 2030 has two runs,
// and a log in reverse as many as it is longer than memory.
type queue struct {
	out       string
	seed      uint64
	spread    bool // stamps have whole seconds only
	zone      *time.Location
	memory    int // bytes
	hits      int
	now, next *window // for this run and for the one after it
	slabs     slabs
	run       *run // nil: none is begun
	done      []finished
}

// A finished run lies in a temporary file.
type finished struct {
	trace.Part
	level int // how often it was merged
}

// defaultMemory is enough for the requests of some minutes on a busy site.
const defaultMemory = 5 << 20

func newQueue(out string, seed uint64, memory int) *queue {
	if memory == 0 {
		memory = defaultMemory
	}
	q := &queue{out: out, seed: seed, memory: memory, zone: time.UTC}
	q.now, q.next = newWindow(&q.slabs), newWindow(&q.slabs)
	return q
}

// add takes a hit: the rest of its line.
func (q *queue) add(ctx context.Context, at time.Time, rest []byte) error {
	q.hits++
	second, nanos := at.Unix(), at.Nanosecond()
	w := q.now
	if q.run != nil && q.run.late(second, nanos) {
		w = q.next
	}
	w.add(second, nanos, rest)
	for q.now.size+q.next.size > q.memory {
		if err := q.make(ctx); err != nil {
			return err
		}
	}
	return nil
}

// make makes room. A run ends when half of the memory waits for the next one: with less room
// it would soon be too late for most hits.
func (q *queue) make(ctx context.Context) error {
	if q.next.size > q.memory/2 || q.now.empty() {
		return q.end(ctx)
	}
	return q.writeFirst()
}

// writeFirst writes the earliest bucket of this run.
func (q *queue) writeFirst() error {
	b := q.now.pop()
	defer q.slabs.put(b.data)
	return q.write(b)
}

func (q *queue) write(b *bucket) (err error) {
	if q.run == nil {
		if q.run, err = newRun(q.out, q.seed, q.spread, time.Unix(b.second, 0).In(q.zone)); err != nil {
			return err
		}
	}
	return q.run.write(b)
}

// flush writes what waits for this run.
func (q *queue) flush() error {
	for !q.now.empty() {
		if err := q.writeFirst(); err != nil {
			return err
		}
	}
	return nil
}

// end completes a run, and turns to the next one.
func (q *queue) end(ctx context.Context) error {
	if err := q.flush(); err != nil {
		return err
	}
	q.now, q.next = q.next, newWindow(&q.slabs)
	if q.run == nil {
		return nil
	}
	part, err := q.run.w.Seal()
	q.run = nil
	if err != nil {
		return err
	}
	q.done = append(q.done, finished{Part: part})
	return q.reduce(ctx)
}

// commit writes the file. Where there is more than one run, it is merged of all.
func (q *queue) commit(ctx context.Context) (trace.About, error) {
	err := q.last(ctx)
	if err == nil {
		err = q.run.w.Commit()
	}
	if err != nil {
		return trace.About{}, err
	}
	return q.run.w.About, nil
}

// last leaves a run that has all hits.
func (q *queue) last(ctx context.Context) error {
	if len(q.done) == 0 && q.next.empty() {
		return q.flush()
	}
	for !q.now.empty() || !q.next.empty() || q.run != nil {
		if err := q.end(ctx); err != nil {
			return err
		}
	}
	return q.merge(ctx, 0)
}

// abort removes all files but the one that was committed.
func (q *queue) abort() {
	var err error
	if q.run != nil {
		err = q.run.w.Abort()
	}
	for _, r := range q.done {
		err = errors.Join(err, r.Remove())
	}
	_ = err // an error that is reported came before
}
