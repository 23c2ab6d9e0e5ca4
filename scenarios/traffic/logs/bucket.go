package logs

import (
	"container/heap"
	"sort"
)

// A bucket holds the hits of a second: the rests of their lines, in the order of the log.
type bucket struct {
	second int64 // since 1970
	data   []byte
	hits   []place
}

// A place is where the rest of a line stands in a bucket.
type place struct {
	nanos      int32 // of the second
	begin, end int32
}

// cost is what a bucket and a hit take in memory, beside the line.
const (
	bucketCost = 160
	hitCost    = 12
)

func (b *bucket) add(nanos int, rest []byte, s *slabs) {
	begin := len(b.data)
	b.data = s.append(b.data, rest)
	b.hits = append(b.hits, place{int32(nanos), int32(begin), int32(len(b.data))})
}

// size is the memory of a bucket, used or not.
func (b *bucket) size() int { return bucketCost + cap(b.data) + hitCost*cap(b.hits) }

// sort puts hits in the order of their times, which finer stamps than seconds have.
func (b *bucket) sort() {
	sort.SliceStable(b.hits, func(i, j int) bool { return b.hits[i].nanos < b.hits[j].nanos })
}

// A window holds the buckets that are not written yet.
type window struct {
	buckets map[int64]*bucket
	slabs   *slabs
	seconds seconds // a heap
	last    *bucket // where the last hit went, as the next one often does
	size    int
}

func newWindow(s *slabs) *window { return &window{buckets: map[int64]*bucket{}, slabs: s} }

func (w *window) add(second int64, nanos int, rest []byte) {
	if w.last == nil || w.last.second != second {
		w.last = w.bucket(second)
	}
	before := w.last.size()
	w.last.add(nanos, rest, w.slabs)
	w.size += w.last.size() - before
}

func (w *window) bucket(second int64) *bucket {
	if b, known := w.buckets[second]; known {
		return b
	}
	b := &bucket{second: second}
	w.buckets[second] = b
	heap.Push(&w.seconds, second)
	w.size += bucketCost
	return b
}

// pop removes the bucket of the earliest second.
func (w *window) pop() *bucket {
	second := heap.Pop(&w.seconds).(int64)
	b := w.buckets[second]
	delete(w.buckets, second)
	w.size -= b.size()
	if w.last == b {
		w.last = nil
	}
	return b
}

func (w *window) empty() bool { return len(w.seconds) == 0 }

// seconds is a heap, see container/heap.
type seconds []int64

func (s seconds) Len() int           { return len(s) }
func (s seconds) Less(i, j int) bool { return s[i] < s[j] }
func (s seconds) Swap(i, j int)      { s[i], s[j] = s[j], s[i] }
func (s *seconds) Push(x any)        { *s = append(*s, x.(int64)) }
func (s *seconds) Pop() any {
	last := len(*s) - 1
	x := (*s)[last]
	*s = (*s)[:last]
	return x
}
