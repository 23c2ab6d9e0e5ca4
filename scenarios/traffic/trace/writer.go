package trace

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/classibench/classibench/internal/scratch"
)

// A Writer writes a traffic file. The file gets its name only when it is complete: until then
// it has a temporary one, in the same directory.
type Writer struct {
	About About // Hits and Seconds are counted

	path string
	file *scratch.File
	zip  *zstd.Encoder
	line []byte
	last time.Duration
}

// Create begins a traffic file. Its owner calls Commit or Abort.
func Create(path string) (*Writer, error) {
	if err := scratch.Replaceable(path); err != nil {
		return nil, err
	}
	f, err := scratch.NewFile(filepath.Dir(path), scratch.Beside)
	if err != nil {
		return nil, fmt.Errorf("make a file beside %s: %w", path, err)
	}
	w := &Writer{path: path, file: f, About: About{Version: version}}
	// The window is what a reader needs as memory; a larger one hardly saves space here.
	w.zip, err = zstd.NewWriter(f, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithWindowSize(512<<10), zstd.WithEncoderConcurrency(2))
	if err == nil {
		_, err = f.Write(make([]byte, frameHeader+frameSize)) // its place: Commit fills it in
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("write %s: %w", path, err), w.Abort())
	}
	return w, nil
}

// Write adds a hit.
func (w *Writer) Write(h *Hit) error {
	w.line = AppendRest(w.line[:0], h)
	return w.WriteRest(h.At, w.line)
}

// WriteRest adds a hit whose line was made by AppendRest.
func (w *Writer) WriteRest(at time.Duration, rest []byte) error {
	if at < w.last {
		return fmt.Errorf("write %s: a hit is due at %v, and the one before at %v", w.path, at, w.last)
	}
	var begin [40]byte
	if _, err := w.zip.Write(AppendTime(begin[:0], at)); err != nil {
		return fmt.Errorf("write %s: %w", w.path, err)
	}
	if _, err := w.zip.Write(rest); err != nil {
		return fmt.Errorf("write %s: %w", w.path, err)
	}
	w.last = at
	w.About.Hits++
	return nil
}

// Commit completes the file and gives it its name. A file of that name is replaced.
func (w *Writer) Commit() error {
	err := w.finish()
	if err == nil {
		err = w.file.CommitAs(w.path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("write %s: %w", w.path, err), w.Abort())
	}
	w.file = nil
	return nil
}

// A Part is a traffic file under its temporary name.
type Part struct{ file *scratch.File }

// Path returns the path of the file.
func (p Part) Path() string { return p.file.Name() }

// Remove removes the file.
func (p Part) Remove() error { return p.file.Discard() }

// Seal completes the file under its temporary name, as a part of a longer file. The caller
// removes it.
func (w *Writer) Seal() (Part, error) {
	if err := w.finish(); err != nil {
		return Part{}, errors.Join(fmt.Errorf("write %s: %w", w.path, err), w.Abort())
	}
	p := Part{w.file}
	w.file = nil
	return p, nil
}

// finish writes what is still missing.
func (w *Writer) finish() error {
	w.About.Seconds = w.last.Seconds()
	frame, err := w.About.frame()
	if err != nil {
		return err
	}
	if err := w.zip.Close(); err != nil {
		return err
	}
	if _, err := w.file.WriteAt(frame, 0); err != nil {
		return err
	}
	return w.file.Chmod(0o644) // temporary files are private
}

// Abort removes what was written. After Commit it does nothing.
func (w *Writer) Abort() error {
	if w.file == nil {
		return nil
	}
	w.zip.Reset(io.Discard) // ends what encodes in parallel
	err := w.file.Discard()
	w.file = nil
	return err
}
