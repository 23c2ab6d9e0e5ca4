package logs

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"github.com/classibench/classibench/internal/input"
	"github.com/classibench/classibench/scenarios/traffic/accesslog"
)

// A FormatError says that the format of a log is not known.
type FormatError struct{ err error }

func (e *FormatError) Error() string { return e.err.Error() }
func (e *FormatError) Unwrap() error { return e.err }

// errUTF32 says how such a file is converted.
var errUTF32 = errors.New("it is in UTF-32: convert it with iconv -f utf-32 -t utf-8")

// errUTF16 says how such a file is converted.
var errUTF16 = errors.New("it is in UTF-16: convert it with iconv -f utf-16 -t utf-8")

// errHole says what became of such a file, and what to do.
var errHole = errors.New("it begins with NUL bytes, as a log does that was truncated while a program wrote to it: remove them with tr -d '\\0'")

// errTwice says what to do about a compressed file within another one.
var errTwice = errors.New("it is compressed twice: unpack it once, with gunzip or zstd -d")

// leastHole is how many NUL bytes at the begin are no text in any encoding.
const leastHole = 4

// mostLines is how many lines are tried to detect a format.
const mostLines = 200

// recognize finds the format of a log and its first time in its begin; more says that the
// log goes on.
func (s *source) recognize(head []byte, more bool) error {
	switch begin := len(head) - len(bytes.TrimLeft(head, "\x00")); {
	case begin >= leastHole:
		return fmt.Errorf("%s: %w", s.path, errHole)
	case input.Packed(head) != "":
		return fmt.Errorf("%s: %w", s.path, errTwice)
	case input.IsUTF32(head):
		return fmt.Errorf("%s: %w", s.path, errUTF32)
	case isUTF16(head):
		return fmt.Errorf("%s: %w", s.path, errUTF16)
	}
	lines := wholeLines(head, more)
	if s.format == nil {
		if s.format = accesslog.Detect(lines); s.format == nil {
			return &FormatError{fmt.Errorf("%s: the format is not recognized: %w", s.path, s.misfit(lines))}
		}
	}
	s.whole = true
	var r accesslog.Record
	for _, line := range lines {
		if s.format.Parse(line, &r) != nil {
			continue
		}
		if s.first.IsZero() {
			s.first = r.At.In(time.FixedZone("", int(r.Zone/time.Second)))
		}
		s.whole = s.whole && r.Whole
	}
	return nil
}

// wholeLines returns lines, without the last one if it may be cut.
func wholeLines(head []byte, more bool) (all [][]byte) {
	for line := range bytes.Lines(head) {
		if text := textOf(line); len(text) > 0 && len(all) < mostLines && (!more || line[len(line)-1] == '\n') {
			all = append(all, text)
		}
	}
	return all
}

// isUTF16 reports whether a text begins with a byte order mark of UTF-16, or has a zero in
// every other of its first bytes, and only there.
func isUTF16(head []byte) bool {
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		return true
	}
	var zeros [2]int // at even and at odd places
	begin := head[:min(len(head), 64)]
	for i, b := range begin {
		if b == 0 {
			zeros[i%2]++
		}
	}
	return len(begin) >= 8 && max(zeros[0], zeros[1]) >= len(begin)/2-1 && min(zeros[0], zeros[1]) <= 1
}

// misfit says why the first line is not in the most common format.
func (s *source) misfit(lines [][]byte) error {
	if len(lines) == 0 {
		return errTooLong
	}
	f, err := accesslog.Apache("combined")
	if err != nil {
		return err
	}
	var r accesslog.Record
	return fmt.Errorf("as %s, the first line does not fit: %w", f.Name, s.shown(f.Parse(lines[0], &r)))
}

// shown returns an error about a line as messages may show it.
func (s *source) shown(err error) error {
	if bad, ok := errors.AsType[*accesslog.LineError](err); ok && s.masked {
		return bad.Masked()
	}
	return err
}
