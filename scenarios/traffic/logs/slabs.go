package logs

import "math/bits"

// slabs lends memory for the lines of buckets, in sizes that are powers of two, and takes it
// back: most of what an import allocates is for lines that wait for a moment.
type slabs struct {
	free [][][]byte // by the logarithm of the size
	size int        // bytes of all that is free
}

const (
	leastSlab = 9       // the logarithm of the smallest size: most lines fit
	mostFree  = 1 << 20 // bytes that are kept
)

// append appends text to lines, and moves them where they have no room.
func (s *slabs) append(lines, text []byte) []byte {
	n := len(lines) + len(text)
	if n <= cap(lines) {
		return append(lines, text...)
	}
	longer := append(append(s.take(n), lines...), text...)
	s.put(lines)
	return longer
}

// take returns an empty slice with room for so many bytes.
func (s *slabs) take(n int) []byte {
	class := max(leastSlab, bits.Len(uint(n-1)))
	if class >= len(s.free) || len(s.free[class]) == 0 {
		return make([]byte, 0, 1<<class)
	}
	last := len(s.free[class]) - 1
	slab := s.free[class][last]
	s.free[class] = s.free[class][:last]
	s.size -= cap(slab)
	return slab
}

// put takes memory back that take has lent.
func (s *slabs) put(slab []byte) {
	class := bits.Len(uint(cap(slab))) - 1
	if class < leastSlab || s.size+cap(slab) > mostFree {
		return
	}
	for len(s.free) <= class {
		s.free = append(s.free, nil)
	}
	s.free[class] = append(s.free[class], slab[:0])
	s.size += cap(slab)
}
