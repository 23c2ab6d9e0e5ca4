package main

import (
	"errors"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// catchBrokenPipes turns the write to a pipe without a reader, as after "| head", into an
// error. By default it ends the process, which would leave its temporary files and lose what
// was measured. A handler, unlike an ignored signal, is not inherited by targets.
func catchBrokenPipes() { signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) }

// A stream is an output of the command. It remembers its first error.
type stream struct {
	io.Writer
	err error
}

func newStream(w io.Writer) *stream { return &stream{Writer: w} }

// Write implements io.Writer.
func (s *stream) Write(b []byte) (int, error) {
	n, err := s.Writer.Write(b)
	if s.err == nil {
		s.err = err
	}
	return n, err
}

// broken reports whether nobody reads the output any more.
func (s *stream) broken() bool { return errors.Is(s.err, syscall.EPIPE) }

// file returns the file behind an output, if it is one.
func file(w any) (*os.File, bool) {
	if s, ok := w.(*stream); ok {
		w = s.Writer
	}
	f, ok := w.(*os.File)
	return f, ok
}
