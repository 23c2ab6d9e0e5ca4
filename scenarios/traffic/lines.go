package traffic

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/classibench/classibench/internal/input"
)

// lines reads a file line by line, and counts them.
type lines struct {
	src   *bufio.Reader
	limit int // bytes of a line at most
	n     int // lines so far, the one that is read included
}

// next returns the next line without its end, LF or CR LF; io.EOF at the end of the file.
func (l *lines) next() (string, error) {
	var b strings.Builder
	l.n++
	for {
		piece, err := l.src.ReadSlice('\n')
		if b.Len()+len(piece) > l.limit {
			return "", fmt.Errorf("the line is longer than %d bytes", l.limit)
		}
		b.Write(piece)
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
		case err != nil && (!errors.Is(err, io.EOF) || b.Len() == 0):
			return "", err
		default:
			return textOf(b.String())
		}
	}
}

// textOf removes the end of a line, and byte order marks at its begin, which joined files have.
// It refuses bytes that are no text.
func textOf(line string) (string, error) {
	line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
	line = input.WithoutMark(line)
	for i, c := range line {
		if c < ' ' && c != '\t' || c == 0x7f || c == utf8.RuneError && !strings.HasPrefix(line[i:], string(c)) {
			return "", fmt.Errorf("byte %d of the line is 0x%02x, which stands in no text", i+1, line[i])
		}
	}
	return line, nil
}
