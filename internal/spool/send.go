package spool

// send passes on what the Writer has, until Close or until sending fails.
func (w *Writer) send() {
	defer close(w.done)
	for {
		switch b, step := w.next(); step {
		case stepWait:
			<-w.data
		case stepFlush:
			w.flushed()
		case stepBlock:
			_, err := w.to.Write(*b)
			w.sent(b, err)
		case stepFile:
			w.sendFile()
		case stepEnd:
			return
		}
	}
}

// A step is what send does next.
type step int

const (
	stepWait step = iota
	stepFlush
	stepBlock
	stepFile
	stepEnd
)

// next returns the next step, and its block.
func (w *Writer) next() (*[]byte, step) {
	w.mu.Lock()
	defer w.mu.Unlock()
	whole := len(w.blocks) > 1 || w.tailFull() || w.pending || w.closed
	switch {
	case w.err != nil:
		return nil, stepEnd
	case len(w.blocks) > 0 && whole:
		b := w.blocks[0]
		w.blocks = append(w.blocks[:0], w.blocks[1:]...)
		return b, stepBlock
	case w.read < w.written:
		return nil, stepFile
	case w.pending && len(w.blocks) == 0:
		w.pending = false
		return nil, stepFlush
	case w.closed:
		return nil, stepEnd
	}
	return nil, stepWait
}

// sent counts a block that was sent, or the error.
func (w *Writer) sent(b *[]byte, err error) {
	w.mu.Lock()
	w.release(b)
	w.fail(err)
	w.mu.Unlock()
	signal(w.room)
}

// sendFile sends a block's size of the file.
func (w *Writer) sendFile() {
	b := w.pool.block()
	defer w.pool.recycle(b)
	w.mu.Lock()
	file, at, n := w.file, w.read, min(int64(cap(*b)), w.written-w.read)
	w.mu.Unlock()
	_, err := file.ReadAt((*b)[:n], at)
	if err == nil {
		_, err = w.to.Write((*b)[:n])
	}
	w.mu.Lock()
	w.read += n
	w.fail(err)
	w.mu.Unlock()
	signal(w.room)
}

// fail records the error of sending, if there is one.
func (w *Writer) fail(err error) {
	if err != nil && w.evicted != "" {
		err = w.evicted
	}
	if err != nil {
		w.err = err
	}
}

func (w *Writer) flushed() {
	if w.flush != nil {
		w.flush()
	}
}
