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

// IsUTF32 reports whether a text begins in UTF-32: with its byte order mark, or with two
// characters of ASCII. The mark of UTF-16 is the begin of one of these, so ask for UTF-32 first.
func IsUTF32(text []byte) bool {
	if bytes.HasPrefix(text, []byte("\xff\xfe\x00\x00")) || bytes.HasPrefix(text, []byte("\x00\x00\xfe\xff")) {
		return true
	}
	if len(text) < 8 {
		return false
	}
	little := text[0] != 0 && text[4] != 0 && bytes.Equal(text[1:4], text[5:8]) && bytes.Equal(text[1:4], make([]byte, 3))
	big := text[3] != 0 && text[7] != 0 && bytes.Equal(text[:3], text[4:7]) && bytes.Equal(text[:3], make([]byte, 3))
	return little || big
}

// An EncodingError reports that a text is in UTF-16 or UTF-32.
type EncodingError struct {
	Path string
	Bits int // of a unit: 16 or 32
}

func (e *EncodingError) Error() string {
	return fmt.Sprintf("%s is in UTF-%d: convert it with iconv -f utf-%d -t utf-8", e.Path, e.Bits, e.Bits)
}

// ReadText reads a text file in UTF-8, without a byte order mark. Errors are like those of
// ReadFile, or of type *EncodingError. A compressed file is one, too.
func ReadText(path string, most int64) ([]byte, error) {
	text, err := ReadFile(path, most)
	if with := Packed(text); with != "" {
		return nil, fmt.Errorf("%s is compressed: unpack it with %s first", path, with)
	}
	if IsUTF32(text) {
		return nil, &EncodingError{path, 32}
	}
	if bytes.HasPrefix(text, []byte("\xff\xfe")) || bytes.HasPrefix(text, []byte("\xfe\xff")) {
		return nil, &EncodingError{path, 16}
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
