package logs

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync/atomic"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/classibench/classibench/internal/input"
	"github.com/classibench/classibench/scenarios/traffic/accesslog"
	"github.com/classibench/classibench/scenarios/traffic/trace"
)

// A source is a log.
type source struct {
	path   string
	format *accesslog.Format
	masked bool      // messages show the structure of a line only
	first  time.Time // of its first readable line, in the time zone of the log
	whole  bool      // times at its begin have whole seconds only
	empty  bool
	body   io.Reader // of what cannot be opened twice, such as a pipe
	size   int64     // of the file, in bytes; 0: not known
	read   atomic.Int64
	close  []func()
}

// counting counts what is read of a source.
type counting struct {
	io.Reader
	n *atomic.Int64
}

func (c counting) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n.Add(int64(n))
	return n, err
}

// headSize is how much of a log is looked at first, in bytes.
const headSize = 64 << 10

// open looks at the begin of logs, and puts them in the order of their first times.
func open(ctx context.Context, paths []string, o Options) (all []*source, err error) {
	var format *accesslog.Format
	if o.Format != "" {
		if format, err = accesslog.New(o.Format); err != nil {
			return nil, &FormatError{err}
		}
	}
	for _, path := range paths {
		s := &source{path: path, format: format, masked: o.Anonymize.any()}
		if err := untilDone(ctx, func() error { return s.look(o.Stdin) }); err != nil {
			return all, err
		}
		all = append(all, s)
	}
	slices.SortStableFunc(all, func(a, b *source) int { return cmp.Compare(a.first.UnixNano(), b.first.UnixNano()) })
	return all, nil
}

// untilDone returns what f returns, or the error of ctx. A pipe may have nothing to read for
// ever: f then goes on, with a source of its own.
func untilDone(ctx context.Context, f func() error) error {
	done := make(chan error, 1)
	go func() { done <- f() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func closeAll(all []*source) {
	for _, s := range all {
		for _, f := range s.close {
			f()
		}
	}
}

// look reads the begin of a log.
func (s *source) look(stdin io.Reader) error {
	r, regular, err := s.unpacked(stdin)
	if err == nil {
		err = s.lookAt(r, regular)
	}
	if err != nil {
		closeAll([]*source{s})
	}
	return err
}

func (s *source) lookAt(r io.Reader, regular bool) error {
	src := bufio.NewReaderSize(r, headSize)
	head, err := src.Peek(headSize)
	if err != nil && !errors.Is(err, io.EOF) && len(head) == 0 {
		return fmt.Errorf("read %s: %w", s.path, damaged(err))
	}
	if regular {
		closeAll([]*source{s})
		s.close = nil
	} else {
		s.body = src
	}
	if head = input.WithoutMark(head); len(bytes.TrimSpace(head)) == 0 {
		s.empty = true
		return nil
	}
	return s.recognize(head, err == nil)
}

// open opens a log again, or returns what is left of it.
func (s *source) open(stdin io.Reader) (io.Reader, error) {
	if s.body != nil {
		return s.body, nil
	}
	r, _, err := s.unpacked(stdin)
	return r, err
}

// unpacked opens a log; regular says that it can be opened again.
func (s *source) unpacked(stdin io.Reader) (r io.Reader, regular bool, err error) {
	r = stdin
	if s.path != "-" {
		f, err := input.OpenStream(s.path)
		if err != nil {
			return nil, false, fmt.Errorf("read the log: %w", err)
		}
		s.close = append(s.close, func() { _ = f.Close() }) // only read
		info, err := f.Stat()
		if err != nil {
			return nil, false, fmt.Errorf("read the log: %w", err)
		}
		if r, regular = f, info.Mode().IsRegular(); regular {
			s.size = info.Size()
			s.read.Store(0)
			r = counting{f, &s.read}
		}
	}
	packed := &input.Counter{R: r}
	r, err = s.decompressed(packed)
	if err != nil {
		err = fmt.Errorf("read %s: %w", s.path, damaged(err))
	}
	return r, regular, err
}

// gzipMark is what a gzip file begins with (RFC 1952 §2.3.1).
var gzipMark = []byte("\x1f\x8b")

// decompressed reads through gzip or zstd, which the first bytes tell.
func (s *source) decompressed(packed *input.Counter) (io.Reader, error) {
	src := bufio.NewReaderSize(packed, headSize)
	head, err := src.Peek(4)
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		return nil, err
	case bytes.HasPrefix(head, gzipMark):
		z, err := gzip.NewReader(src)
		return packed.Bound(z), err
	case trace.IsZstd(head):
		z, err := zstd.NewReader(src, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(64<<20))
		if err == nil {
			s.close = append(s.close, z.Close)
		}
		return packed.Bound(z), err
	}
	return src, foreign(src)
}

// foreign returns an error for a log in a compressed format that is not read.
func foreign(src *bufio.Reader) error {
	head, _ := src.Peek(16) // a shorter log is none
	if with := input.Packed(head); with != "" {
		return fmt.Errorf("it is compressed in a format that is not read: unpack it first, with %s", with)
	}
	return nil
}

// damaged explains errors of compressed files.
func damaged(err error) error {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return errors.New("the compressed file is cut off")
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), errors.Is(err, zstd.ErrCRCMismatch), errors.Is(err, zstd.ErrMagicMismatch):
		return fmt.Errorf("the compressed file is damaged: %w", err)
	}
	return err
}
