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

// A Writer passes an answer on to its client. Only its producer calls its methods.
// Until the first block is full, or Flush is called, it only collects: Close then sends
// a small answer without a goroutine.
type Writer struct {
	// Client, if set, is the client of the answer. Without it, the Pool knows nothing of
	// the client, and does not disconnect it to make room for others.
	Client Client

	// Lend, if set, is called before Write waits because the file takes no more, which may
	// be for long. Unless it is nil, the function that it returns is called after that.
	Lend func() (goOn func())

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
	evicted eviction // the reason why the client was disconnected, if it was
	err     error    // of sending

	standing // of the client

	data chan struct{} // wakes send
	room chan struct{} // wakes Write
	done chan struct{} // closed when send ends
}

// A Client is the client of an answer. [slowread.Conn] is one.
//
// [slowread.Conn]: github.com/classibench/classibench/internal/slowread.Conn
type Client interface {
	Room(n int) bool          // reports whether n bytes can be sent without waiting: Flush sends them itself then, which saves a goroutine
	Taken() int64             // bytes that the client has taken, of this answer and those before
	RoundTrip() time.Duration // from here to the client and back; 0 if it is not known
	Drop()                    // disconnects the client: sending fails
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
		n += k
		switch {
		case k > 0:
		case w.spilling:
			w.waitLong()
		default:
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

// Flush sends what was written so far: at once if the client has room, else in the
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
	if w.Client == nil || len(w.blocks) > 0 && !w.Client.Room(len(*w.blocks[0])) {
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
	if w.Client != nil {
		w.start = w.Client.Taken()
	}
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
		defer w.pool.strike(w)
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
	t := time.NewTimer(w.pool.Moment)
	defer t.Stop()
	select {
	case <-w.room:
		if w.file == nil {
			w.pool.strike(w)
		}
	case <-w.done:
	case <-t.C:
		if !w.spilling {
			w.overflow()
		}
	}
}

// waitLong waits for room in the file.
func (w *Writer) waitLong() {
	if w.Lend != nil {
		if goOn := w.Lend(); goOn != nil {
			defer goOn()
		}
	}
	w.wait()
}

// overflow lets the file take what follows. Without a file, the producer waits.
func (w *Writer) overflow() {
	w.pool.enlist(w)
	if w.file == nil {
		f, err := w.pool.Create()
		if err != nil {
			return
		}
		w.mu.Lock()
		w.file = f
		w.mu.Unlock()
	}
	w.spilling = true
}

// settle returns to memory: the client has taken all of the file.
func (w *Writer) settle() {
	w.spilling = false
	w.read, w.written = 0, 0
	w.file.Empty() // if this fails, the disk has no room for others until Close
}

// spill writes the beginning of b to the file. It returns 0 at a limit, if the disk is
// full, or if it is to wait for its client.
func (w *Writer) spill(b []byte) int {
	room := min(int64(len(b)), w.pool.File-w.written)
	if room <= 0 || w.blank() {
		return 0
	}
	n, err := w.file.Write(b[:room]) // the rest waits for room
	if errors.Is(err, ErrFull) {
		w.pool.makeRoom()
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
	var err error
	if w.file != nil {
		err = w.file.Close()
		w.file = nil
	}
	w.pool.strike(w)
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
