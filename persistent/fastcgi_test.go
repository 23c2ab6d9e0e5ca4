package persistent

import (
	"encoding/binary"
	"maps"
	"testing"

	"github.com/classibench/classibench/internal/drain"
)

// record makes a record with n bytes of content and n bytes of padding.
func record(kind byte, id uint16, n byte) []byte {
	b := []byte{1, kind, 0, 0, 0, n, n, 0}
	binary.BigEndian.PutUint16(b[2:], id)
	for range 2 * int(n) {
		b = append(b, 1) // looks like a record of type FCGI_BEGIN_REQUEST
	}
	return b
}

// FuzzFollow checks that the parsed requests do not depend on how the bytes were
// split.
func FuzzFollow(f *testing.F) {
	f.Add(append(record(beginRequest, 1, 8), record(beginRequest, 0x201, 0)...), byte(3))
	f.Add(append(record(5, 1, 100), record(beginRequest, 7, 8)...), byte(1))
	f.Fuzz(func(t *testing.T, stream []byte, size byte) {
		whole, pieces := follower(), follower()
		whole.follow(stream)
		for rest := stream; len(rest) > 0; {
			n := min(len(rest), int(size)+1)
			pieces.follow(rest[:n])
			rest = rest[n:]
		}
		if !maps.Equal(whole.requests, pieces.requests) || whole.skip != pieces.skip || whole.have != pieces.have {
			t.Errorf("parsed in one piece: requests %v; in pieces of %d: %v", whole.requests, int(size)+1, pieces.requests)
		}
		due := 0
		for _, n := range whole.requests {
			due += n
		}
		if n := whole.listener.answers.Count(); n != int64(due) {
			t.Errorf("%d answers are due, but %d are counted", due, n)
		}
	})
}

func follower() *fastConn {
	return newFastConn(nil, &fastListener{answers: drain.NewFlight()})
}

func TestFollow(t *testing.T) {
	c := follower()
	c.follow(append(append(record(beginRequest, 1, 8), record(5, 1, 200)...), record(beginRequest, 0x102, 0)...))
	if want := (map[uint16]int{1: 1, 0x102: 1}); !maps.Equal(c.requests, want) {
		t.Errorf("requests %v are in flight, want %v", c.requests, want)
	}
	c.end(1)
	c.end(1)
	c.end(9)
	if n := c.listener.answers.Count(); n != 1 {
		t.Errorf("%d answers are due, want 1", n)
	}
}

// A client that has the end of an answer may use its id again before the end is counted: a
// server that stops has to wait for the second answer, too.
func TestAnIdThatIsUsedAgainAtOnce(t *testing.T) {
	c := follower()
	c.follow(record(beginRequest, 1, 8))
	c.follow(record(beginRequest, 1, 8))
	c.end(1)
	if n := c.listener.answers.Count(); n != 1 {
		t.Errorf("%d answers are due, want 1", n)
	}
	c.end(1)
	if n := c.listener.answers.Count(); n != 0 {
		t.Errorf("%d answers are due, want none", n)
	}
}
