// Package input reads files that users name, within bounds: a device or a pipe may have no
// end, and a compressed file may unpack to any size.
//
// [ReadFile] reads a whole file, [Open] opens one to be read in pieces, and a [Counter]
// bounds what a compressed file may become.
package input

import (
	"bytes"
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
}

func (e *KindError) Error() string { return fmt.Sprintf("%s is %s, want a file", e.Path, e.Kind) }

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

// Open opens a regular file for reading. Errors are of type *KindError or *fs.PathError.
func Open(path string) (*os.File, error) {
	// Before it is opened: that starts some devices, and waits for the writer of a pipe.
	if info, err := os.Stat(path); err == nil {
		if err := regular(path, info); err != nil {
			return nil, err
		}
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

func regular(path string, info fs.FileInfo) error {
	switch mode := info.Mode(); {
	case mode.IsRegular():
		return nil
	case mode.IsDir():
		return &KindError{path, "a directory"}
	case mode&fs.ModeNamedPipe != 0:
		return &KindError{path, "a pipe"}
	case mode&fs.ModeSocket != 0:
		return &KindError{path, "a socket"}
	}
	return &KindError{path, "a device"}
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
