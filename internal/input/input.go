// Package input reads files that users name, within bounds: a device or a pipe may have no
// end, and a compressed file may unpack to any size.
//
// [ReadFile] reads a whole file, [ReadText] a text, [Open] opens one to be read in pieces, [OpenStream] also a
// pipe, and a [Counter] bounds what a compressed file may become. [Check] is the rule for
// files that other packages open.
package input

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
)

// A TooLargeError reports that a file has more bytes than the command reads.
type TooLargeError struct {
	Path string
	Most int64 // bytes
}

func (e *TooLargeError) Error() string {
	return fmt.Sprintf("%s is larger than %s", e.Path, size(e.Most))
}

// A KindError reports that a path is not a regular file.
type KindError struct {
	Path string
	Kind string // such as "a directory"
	pipe bool   // a pipe would do
}

func (e *KindError) Error() string {
	if e.pipe {
		return fmt.Sprintf("%s is %s, want a file or a pipe", e.Path, e.Kind)
	}
	return fmt.Sprintf("%s is %s, want a file", e.Path, e.Kind)
}

// ReadFile reads a regular file of at most the given number of bytes. A file that grows
// meanwhile is read up to that number. Errors are of type *TooLargeError, *KindError or
// *fs.PathError.
func ReadFile(path string, most int64) ([]byte, error) {
	f, err := Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() // only read
	var b bytes.Buffer
	if info, err := f.Stat(); err == nil {
		if info.Size() > most {
			return nil, &TooLargeError{path, most}
		}
		b.Grow(int(info.Size()) + bytes.MinRead)
	}
	switch n, err := b.ReadFrom(io.LimitReader(f, most+1)); {
	case err != nil:
		return nil, err
	case n > most:
		return nil, &TooLargeError{path, most}
	}
	return b.Bytes(), nil
}

// Check returns an error unless a path leads to a regular file, or to nothing that exists.
// Errors are of type *KindError.
func Check(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return nil // opening it fails too
	}
	return regular(path, info)
}

// Open opens a regular file for reading. Errors are of type *KindError or *fs.PathError.
func Open(path string) (*os.File, error) {
	// Before it is opened: that starts some devices, and waits for the writer of a pipe.
	if err := Check(path); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil { // another file may have replaced it
		err = regular(path, info)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// OpenStream opens a regular file, or a pipe, for which it waits for a writer. Errors are
// like those of Open.
func OpenStream(path string) (*os.File, error) {
	if info, err := os.Stat(path); err == nil && info.Mode()&fs.ModeNamedPipe != 0 {
		return os.Open(path)
	}
	f, err := Open(path)
	if bad, ok := errors.AsType[*KindError](err); ok {
		bad.pipe = true
	}
	return f, err
}

func regular(path string, info fs.FileInfo) error {
	switch mode := info.Mode(); {
	case mode.IsRegular() && inKernel(path):
		return &KindError{Path: path, Kind: "made up by the kernel"}
	case mode.IsRegular():
		return nil
	case mode.IsDir():
		return &KindError{Path: path, Kind: "a directory"}
	case mode&fs.ModeNamedPipe != 0:
		return &KindError{Path: path, Kind: "a pipe"}
	case mode&fs.ModeSocket != 0:
		return &KindError{Path: path, Kind: "a socket"}
	}
	return &KindError{Path: path, Kind: "a device"}
}

// size formats a number of bytes, in units of 1024.
func size(n int64) string {
	switch {
	case n >= 1<<20:
		return fmt.Sprintf("%d MiB", n>>20)
	case n >= 1<<10:
		return fmt.Sprintf("%d KiB", n>>10)
	}
	return fmt.Sprintf("%d bytes", n)
}
