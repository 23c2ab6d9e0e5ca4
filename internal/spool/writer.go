package spool

import (
	"errors"
	"io"
	"os"
	"sync"
	"time"
)

// ErrFull means that the temporary files have reached the limit of their Pool.
var ErrFull = errors.New("temporary files are full")

// moment is the time that a client has to take a block before the spool grows into
// a file. A client that reads needs far less.
const moment = 50 * time.Millisecond

// A Writer passes an answer on to its client. Only its producer calls its methods.
// Until the first block is full, or Flush is called, it only collects: Close then sends
// a small answer without a goroutine.
type Writer struct {
	// Room, if set, reports whether n bytes can be sent without waiting. Flush then
	// sends them itself, which saves a goroutine.
	Room func(n int) bool

	// Drop, if set, disconnects the client, so that sending fails. It is called if
	// the files of the Pool are full and the client takes nothing.
	Drop func()

	pool  *Pool
	to    io.Writer
	flush func()

	begun    bool    // send runs
	spilling bool    // what follows goes to the file
	spare    *[]byte // a block for Buffer

	mu      sync.Mutex
	blocks  []*[]byte // in memory; the last one may have room
	held    int       // blocks, with the one that is being sent
	pending bool      // Flush was called, and not all that it was called for was sent
	file    *File     // the rest, which follows the blocks
	read    int64     // bytes of file that were sent
	written int64     // bytes of file
	closed  bool
	moved   time.Time // when the client took the last block
	evicted bool
	err     error // of sending

	data chan struct{} // wakes send
	room chan struct{} // wakes Write
	done chan struct{} // closed when send ends
}

// Writer returns a Writer that sends to to, and calls flush after it has sent what
// Flush was called for. Both are called by one goroutine at a time, and no more
// after Close.
func (p *Pool) Writer(to io.Writer, flush func()) *Writer {
	p.once.Do(p.init)
	return &Writer{pool: p, to: to, flush: flush}
}

// Write takes b. It waits only if the client is behind by all that the Pool allows,
// or if a full disk limits that. It fails with the error of sending.
func (w *Writer) Write(b []byte) (n int, err error) {
	for n < len(b) {
		k, err := w.take(b[n:])
		if err != nil {
			return n, err
		}
		if n += k; k == 0 {
			w.wait()
		}
	}
	return n, nil
}

// Buffer returns a buffer for the next Write: b[:n] of it is not copied if it is
// large.
func (w *Writer) Buffer() []byte {
	if w.spare == nil {
		w.spare = w.pool.block()
	}
	return (*w.spare)[:cap(*w.spare)]
}

// Flush sends what was written so far: at once if Room allows it, else in the
// background.
func (w *Writer) Flush() {
	if !w.begun && (w.closed || w.direct()) {
		return
	}
	w.mu.Lock()
	w.pending = true
	w.mu.Unlock()
	w.wake()
}

// direct sends the first block, or nothing, before send runs. It returns false if
// that might take time.
func (w *Writer) direct() bool {
	if w.Room == nil || len(w.blocks) > 0 && !w.Room(len(*w.blocks[0])) {
		return false
	}
	w.sendFirst()
	if w.err == nil && w.flush != nil {
		w.flush()
	}
	return true
}

func (w *Writer) sendFirst() {
	if len(w.blocks) == 0 {
		return
	}
	_, w.err = w.to.Write(*w.blocks[0])
	w.release(w.blocks[0])
	w.blocks = w.blocks[:0]
}

// Close sends the rest, frees everything and returns the error of sending.
func (w *Writer) Close() error {
	w.mu.Lock()
	again := w.closed
	w.closed = true
	w.mu.Unlock()
	switch {
	case again:
	case w.begun:
		signal(w.data)
		<-w.done
	case w.err == nil:
		w.sendFirst()
	}
	if err := w.free(); err != nil && w.err == nil {
		w.err = err
	}
	return w.err
}

// wake starts send, or wakes it.
func (w *Writer) wake() {
	if w.begun {
		signal(w.data)
		return
	}
	w.begun = true
	w.data, w.room, w.done = make(chan struct{}, 1), make(chan struct{}, 1), make(chan struct{})
	go w.send()
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// take takes the beginning of b, as much as there is room for.
func (w *Writer) take(b []byte) (n int, err error) {
	w.mu.Lock()
	if w.spilling && w.read == w.written && w.held == 0 {
		w.settle()
	}
	spilling := w.spilling
	switch {
	case w.err != nil:
		err = w.err
	case w.closed:
		err = os.ErrClosed
	case !spilling:
		n = w.keep(b)
	}
	ready := len(w.blocks) > 1 || w.tailFull()
	w.mu.Unlock()
	if spilling && err == nil {
		n, ready = w.spill(b), true
	}
	if ready {
		w.wake()
	}
	return n, err
}

// keep keeps the beginning of b in memory.
func (w *Writer) keep(b []byte) int {
	if w.adopt(b) {
		return len(b)
	}
	if len(w.blocks) == 0 || w.tailFull() {
		if !w.another() {
			return 0
		}
		w.blocks = append(w.blocks, w.pool.block())
		w.held++
	}
	tail := w.blocks[len(w.blocks)-1]
	n := min(len(b), cap(*tail)-len(*tail))
	*tail = append(*tail, b[:n]...)
	return n
}

// adopt makes b a block, if it is a large part of the spare one.
func (w *Writer) adopt(b []byte) bool {
	if w.spare == nil || len(b) < w.pool.Block/4 || &b[0] != &(*w.spare)[:1][0] || !w.another() {
		return false
	}
	*w.spare = (*w.spare)[:len(b)]
	w.blocks = append(w.blocks, w.spare)
	w.held++
	w.spare = nil
	return true
}

func (w *Writer) tailFull() bool {
	if len(w.blocks) == 0 {
		return false
	}
	tail := *w.blocks[len(w.blocks)-1]
	return len(tail) == cap(tail)
}

// another reports whether the Writer may have another block. The Pool counts those
// beyond the first.
func (w *Writer) another() bool {
	size := int64(w.pool.Block)
	return w.held == 0 || int64(w.held+1)*size <= w.pool.Memory && w.pool.memory.take(size)
}

// wait waits for room in memory, but only for a moment; or, if the file has reached
// a limit, until the client has taken more, or others have.
func (w *Writer) wait() {
	t := time.NewTimer(moment)
	defer t.Stop()
	select {
	case <-w.room:
	case <-w.done:
	case <-t.C:
		if !w.spilling {
			w.overflow()
		}
	}
}

// overflow lets the file take what follows. Without a file, the producer waits.
func (w *Writer) overflow() {
	if w.file == nil {
		f, err := w.pool.Create()
		if err != nil {
			return
		}
		w.mu.Lock()
		w.file, w.moved = f, time.Now()
		w.mu.Unlock()
		w.pool.enlist(w)
	}
	w.spilling = true
}

// settle returns to memory: the client has taken all of the file.
func (w *Writer) settle() {
	w.spilling = false
	w.read, w.written = 0, 0
	w.file.Empty() // if this fails, the disk has no room for others until Close
}

// spill writes the beginning of b to the file. It returns 0 at a limit, or if the
// disk is full.
func (w *Writer) spill(b []byte) int {
	room := min(int64(len(b)), w.pool.File-w.written)
	if room <= 0 {
		return 0
	}
	n, err := w.file.Write(b[:room]) // the rest waits for room
	if errors.Is(err, ErrFull) {
		w.pool.evict()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.written += int64(n)
	return n
}

// free returns all memory, and closes the file.
func (w *Writer) free() error {
	for _, b := range w.blocks {
		w.release(b)
	}
	w.blocks = nil
	if w.spare != nil {
		w.pool.recycle(w.spare)
		w.spare = nil
	}
	if w.file == nil {
		return nil
	}
	w.pool.strike(w)
	err := w.file.Close()
	w.file = nil
	return err
}

// release returns a block.
func (w *Writer) release(b *[]byte) {
	if w.held > 1 {
		w.pool.memory.give(int64(w.pool.Block))
	}
	w.held--
	w.pool.recycle(b)
}
