package input

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// mark is the byte order mark in UTF-8, which some editors write at the begin of a file. It says
// nothing: UTF-8 has one order of bytes (RFC 3629 §6).
const mark = "\xef\xbb\xbf"

// WithoutMark returns a text without byte order marks at its begin. Files that were joined may
// have several, and one at the begin of any line.
func WithoutMark[T string | []byte](text T) T {
	for len(text) >= len(mark) && string(text[:len(mark)]) == mark {
		text = text[len(mark):]
	}
	return text
}

// WithoutMarks returns a text without any byte order mark, for formats that ignore what they do
// not know: they would ignore the line after a mark.
func WithoutMarks(text []byte) []byte { return bytes.ReplaceAll(text, []byte(mark), nil) }

// An EncodingError reports that a text is in UTF-16.
type EncodingError struct{ Path string }

func (e *EncodingError) Error() string {
	return fmt.Sprintf("%s is in UTF-16: convert it with iconv -f utf-16 -t utf-8", e.Path)
}

// ReadText reads a text file in UTF-8, without a byte order mark. Errors are like those of
// ReadFile, or of type *EncodingError.
func ReadText(path string, most int64) ([]byte, error) {
	text, err := ReadFile(path, most)
	if bytes.HasPrefix(text, []byte("\xff\xfe")) || bytes.HasPrefix(text, []byte("\xfe\xff")) {
		return nil, &EncodingError{path}
	}
	return WithoutMark(text), err
}

// SkipMark skips byte order marks. An end of the file there is no error.
func SkipMark(r *bufio.Reader) error {
	for {
		switch head, err := r.Peek(len(mark)); {
		case string(head) == mark:
			_, _ = r.Discard(len(mark)) // they are in the buffer
		case errors.Is(err, io.EOF):
			return nil
		default:
			return err
		}
	}
}
