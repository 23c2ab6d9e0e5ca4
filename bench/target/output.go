package target

import (
	"bytes"
	"io"
	"sync"
)

// mostOutput is how much of a target's output is kept, in bytes.
const mostOutput = 64 << 10

// quoted is the number of last lines in an error.
const quoted = 20

// A ring keeps the last mostOutput bytes that were written to it, and copies
// everything to log, if that is set.
type ring struct {
	log io.Writer

	mu    sync.Mutex
	bytes []byte // at is the position of the next byte; once full, also of the oldest
	at    int
}

func (r *ring) Write(b []byte) (int, error) {
	if r.log != nil {
		if _, err := r.log.Write(b); err != nil {
			r.log = nil // a failing log must not stop the target
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	n := len(b)
	b = b[max(0, n-mostOutput):]
	if room := mostOutput - len(r.bytes); room > 0 {
		fits := b[:min(room, len(b))]
		r.bytes, b = append(r.bytes, fits...), b[len(fits):]
	}
	for len(b) > 0 {
		c := copy(r.bytes[r.at:], b)
		r.at, b = (r.at+c)%mostOutput, b[c:]
	}
	return n, nil
}

// String returns the kept output.
func (r *ring) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return string(r.bytes[r.at:]) + string(r.bytes[:r.at])
}

// tail returns the last lines of the kept output.
func (r *ring) tail(lines int) string {
	b := bytes.TrimRight([]byte(r.String()), "\n")
	from := len(b)
	for range lines {
		if from = bytes.LastIndexByte(b[:from], '\n'); from < 0 {
			return string(b)
		}
	}
	return string(b[from+1:])
}
