package target

import (
	"bytes"
	"io"
	"sync"
)

// mostOutput bounds what is remembered of a target's output, in bytes.
const mostOutput = 64 << 10

// quoted is how many of the last lines an error shows.
const quoted = 20

// A ring remembers the last mostOutput bytes that were written to it, and
// copies all of it to log, if there is one.
type ring struct {
	log io.Writer

	mu    sync.Mutex
	bytes []byte // the next byte goes to at, the oldest is there once it is full
	at    int
}

func (r *ring) Write(b []byte) (int, error) {
	if r.log != nil {
		if _, err := r.log.Write(b); err != nil {
			r.log = nil // a log that fails must not stop the target
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

// String is what is remembered.
func (r *ring) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return string(r.bytes[r.at:]) + string(r.bytes[:r.at])
}

// tail is the last lines of what is remembered.
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
