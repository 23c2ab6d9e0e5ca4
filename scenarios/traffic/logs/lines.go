package logs

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/classibench/classibench/internal/input"
	"github.com/classibench/classibench/internal/unit"
)

const (
	blockSize   = 256 << 10
	longestLine = 1 << 20 // bytes
	mostSkipped = 64 << 20
)

var errNoLines = fmt.Errorf("a line does not end within %d MiB: it is no log", mostSkipped>>20)

// A block is some lines, or the begin of one that is too long.
type block struct {
	data    []byte
	tooLong bool
}

// eachLine calls f for each line that is not blank, without its end. Another goroutine reads
// ahead: unpacking takes as long as parsing. It ends with the reader or with ctx; only a read
// that never returns, as from a terminal, keeps it. It calls done at its end: before, the
// reader may not be closed.
func eachLine(ctx context.Context, r io.Reader, done func(), f func(line []byte, tooLong bool) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	c := &cutter{src: r, full: make(chan block, 1), free: make(chan []byte, 3)}
	for range cap(c.free) {
		c.free <- make([]byte, 0, blockSize)
	}
	go func() {
		defer done()
		c.run(ctx)
	}()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case b, more := <-c.full:
			if !more {
				return cmp.Or(ctx.Err(), c.err)
			}
			if err := b.each(f); err != nil {
				return err
			}
			c.free <- b.data[:0] // has room for all
		}
	}
}

func (b block) each(f func([]byte, bool) error) error {
	for line := range bytes.Lines(b.data) {
		if line = textOf(line); len(line) == 0 {
			continue
		}
		if err := f(line, b.tooLong || len(line) > longestLine); err != nil {
			return err
		}
	}
	return nil
}

// textOf returns a line without its end, and without byte order marks at its begin: rotated
// logs that were joined have one in the middle.
func textOf(line []byte) []byte { return input.WithoutMark(bytes.TrimRight(line, "\r\n")) }

// A cutter cuts a text into blocks that end with lines.
type cutter struct {
	src  io.Reader
	full chan block
	free chan []byte
	err  error // valid after full is closed
}

func (c *cutter) run(ctx context.Context) {
	defer close(c.full)
	var rest []byte // the begin of a line
	skip := false   // to the end of a line that is too long
	skipped := 0    // bytes of it
	for {
		var b block
		select {
		case b.data = <-c.free:
		case <-ctx.Done():
			return
		}
		b.data = append(b.data, rest...)
		b.data, c.err = c.fill(b.data)
		if skip {
			skipped += len(b.data)
			if b.data, skip = afterLine(b.data); skip && skipped > mostSkipped {
				c.err = cmp.Or(c.err, errNoLines)
			}
		}
		b.data, rest, b.tooLong = cutLines(b.data, c.err != nil)
		if b.tooLong {
			skip, skipped, rest = true, 0, nil
		}
		if c.err != nil && !errors.Is(c.err, io.EOF) {
			b.data = b.data[:bytes.LastIndexByte(b.data, '\n')+1] // the last line is cut off
		}
		select {
		case c.full <- b:
		case <-ctx.Done():
			return
		}
		if c.err != nil {
			c.err = ended(c.err)
			return
		}
	}
}

// fill reads until there is a block, or an error.
func (c *cutter) fill(data []byte) ([]byte, error) {
	if cap(data)-len(data) < blockSize/2 {
		data = append(make([]byte, 0, len(data)+blockSize), data...)
	}
	for len(data) < cap(data)-blockSize/4 {
		n, err := c.src.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		if err != nil {
			return data, err
		}
	}
	return data, nil
}

// afterLine removes the end of a line; skip says that it goes on.
func afterLine(data []byte) (_ []byte, skip bool) {
	end := bytes.IndexByte(data, '\n')
	if end < 0 {
		return data[:0], true
	}
	return data[:copy(data, data[end+1:])], false
}

// cutLines returns the lines that are complete, and the begin of the next one. Where one is
// too long, that is returned.
func cutLines(data []byte, last bool) (lines, rest []byte, tooLong bool) {
	end := bytes.LastIndexByte(data, '\n') + 1
	switch {
	case end == 0 && len(data) > longestLine:
		return data[:64], nil, true
	case last:
		return data, nil, false
	}
	return data[:end], bytes.Clone(data[end:]), false
}

// ended returns nil for the end of a file.
func ended(err error) error {
	switch {
	case errors.Is(err, io.EOF):
		return nil
	case errors.Is(err, errNoLines), errors.Is(err, input.ErrInflates):
		return err
	}
	return &CutOffError{err: damaged(err)}
}

// A CutOffError says how far a file could be read.
type CutOffError struct {
	path  string
	lines int
	last  time.Time
	err   error
}

func (e *CutOffError) Error() string {
	return fmt.Sprintf("%s: %v after %s, the last of %s", e.path, e.err, unit.Count(e.lines, "line"), e.last.UTC().Format(time.DateTime))
}

func (e *CutOffError) Unwrap() error { return e.err }
