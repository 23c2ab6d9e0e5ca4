package logs

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"github.com/classibench/classibench/scenarios/traffic/accesslog"
)

// A FormatError says that the format of a log is not known.
type FormatError struct{ err error }

func (e *FormatError) Error() string { return e.err.Error() }
func (e *FormatError) Unwrap() error { return e.err }

// errUTF16 says how such a file is converted.
var errUTF16 = errors.New("it is in UTF-16: convert it with iconv -f utf-16 -t utf-8")

// mostLines is how many lines are tried to detect a format.
const mostLines = 200

// recognize finds the format of a log and its first time in its begin; more says that the
// log goes on.
func (s *source) recognize(head []byte, more bool) error {
	if isUTF16(head) {
		return fmt.Errorf("%s: %w", s.path, errUTF16)
	}
	lines := wholeLines(head, more)
	if s.format == nil {
		if s.format = accesslog.Detect(lines); s.format == nil {
			return &FormatError{fmt.Errorf("%s: the format is not recognized: %w", s.path, misfit(lines))}
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
		if text := bytes.TrimRight(line, "\r\n"); len(text) > 0 && len(all) < mostLines && (!more || len(text) < len(line)) {
			all = append(all, text)
		}
	}
	return all
}

// isUTF16 reports whether a text begins with a byte order mark of UTF-16, or has a zero in
// every other of its first bytes.
func isUTF16(head []byte) bool {
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		return true
	}
	begin := head[:min(len(head), 64)]
	return len(begin) >= 8 && bytes.Count(begin, []byte{0}) >= len(begin)/2-1
}

// misfit says why the first line is not in the most common format.
func misfit(lines [][]byte) error {
	if len(lines) == 0 {
		return errTooLong
	}
	f, err := accesslog.Apache("combined")
	if err != nil {
		return err
	}
	var r accesslog.Record
	return fmt.Errorf("as %s, the first line does not fit: %w", f.Name, f.Parse(lines[0], &r))
}
