package logs

import (
	"bytes"
	"testing"
)

// Lines keep their text while their memory is lent and taken back, and little is kept.
func TestSlabs(t *testing.T) {
	var s slabs
	for round := range 50 {
		var all, want [][]byte
		for i := range 40 {
			var lines, text []byte
			for n := range i {
				piece := bytes.Repeat([]byte{byte(round + i + n)}, 1+n*n*7)
				lines, text = s.append(lines, piece), append(text, piece...)
			}
			all, want = append(all, lines), append(want, text)
		}
		for i, lines := range all {
			if !bytes.Equal(lines, want[i]) {
				t.Fatalf("round %d: lines %d changed", round, i)
			}
			s.put(lines)
		}
		if s.size > mostFree {
			t.Fatalf("round %d: %d bytes are kept, want %d at most", round, s.size, mostFree)
		}
	}
}

// Memory that was given back is used again: an import of many seconds allocates little.
func TestSlabsAreUsedAgain(t *testing.T) {
	var s slabs
	rest := make([]byte, 300)
	s.put(s.append(nil, rest))
	if n := testing.AllocsPerRun(100, func() {
		lines := s.append(nil, rest)
		s.put(s.append(lines, rest))
		s.put(s.append(nil, rest))
	}); n > 0 {
		t.Errorf("%v allocations for lines that are written at once, want none", n)
	}
}
