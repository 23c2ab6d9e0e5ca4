package host

import (
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"time"
)

// maxBad is how much of an output with a bad head is kept for the log, in bytes: a
// traceback of Python as a page has some tens of kilobytes.
const maxBad = 64 << 10

// badPatience is how long a script with a bad head may write the rest of its output.
// It is longer than any script needs that prints an error and ends.
const badPatience = time.Second

// A badHead is the error of a response whose head does not follow RFC 3875 §6. Its
// output is for the developer's log: it often is the message of the failure.
type badHead struct {
	err    error
	output []byte // of the script, from its beginning
	cut    bool   // there was more
	timer  *time.Timer
}

func (e *badHead) Error() string { return e.err.Error() }
func (e *badHead) Unwrap() error { return e.err }

// add takes more of the output. Its error means that no more is wanted.
func (e *badHead) add(p []byte) error {
	if room := maxBad - len(e.output); len(p) > room {
		e.output, e.cut = append(e.output, p[:room]...), true
		return e
	}
	e.output = append(e.output, p...)
	return nil
}

func (e *badHead) stop() {
	if e != nil && e.timer != nil {
		e.timer.Stop()
	}
}

// attrs returns what a log record says about the output.
func (e *badHead) attrs() []slog.Attr {
	attrs := []slog.Attr{slog.String("hint", e.hint())}
	if len(e.output) > 0 {
		attrs = append(attrs, slog.String("output", withoutQueries(string(e.output))))
	}
	if e.cut {
		attrs = append(attrs, slog.Bool("cut", true))
	}
	return attrs
}

// location matches a field that names an address, up to its query. The query of a
// redirect may be a secret.
var location = regexp.MustCompile(`(?im)^(Location:[^?\r\n]*\?)[^\r\n]+`)

func withoutQueries(output string) string { return location.ReplaceAllString(output, "${1}…") }

// takeHead collects the head, and begins the response when it is complete. It
// returns the bytes after the head. Each byte is copied and searched once, in
// whatever pieces the head comes.
func (rs *Response) takeHead(p []byte) ([]byte, error) {
	if rs.redirect != "" {
		return nil, nil
	}
	whole := p
	if len(rs.head) > 0 {
		rs.head = append(rs.head, p...)
		whole = rs.head
	}
	end := headEndAfter(whole, rs.seen)
	switch {
	case end > maxHead || end < 0 && len(whole) > maxHead:
		return nil, rs.reject(whole, fmt.Errorf("the head of the response is longer than %d bytes", maxHead))
	case end < 0:
		rs.keepHead(whole)
		return nil, nil
	}
	h, err := parseHead(whole[:end], rs.nph)
	if err != nil {
		return nil, rs.reject(whole, fmt.Errorf("the head of the response does not follow RFC 3875: %w", err))
	}
	rs.begin(h)
	return whole[end:], nil
}

// keepHead keeps an incomplete head.
func (rs *Response) keepHead(whole []byte) {
	if len(rs.head) == 0 {
		rs.head = append(rs.head, whole...)
	}
	rs.seen = len(whole)
}

// reject gives up a response for its head. The script may write the rest of its
// output, which explains the failure, for a moment.
func (rs *Response) reject(output []byte, why error) error {
	rs.bad = &badHead{err: why, timer: time.AfterFunc(badPatience, func() { rs.leave(nil) })}
	rs.head = nil
	return rs.bad.add(output)
}

// unanswered returns the error of a response that did not begin. err is that of
// Respond.
func (rs *Response) unanswered(err error) error {
	switch {
	case rs.bad != nil:
		return rs.bad
	case err != nil:
		return err
	case len(rs.head) == 0:
		return &badHead{err: errors.New("the script ended without output")}
	}
	return &badHead{err: errors.New("the script's output ended within the head of its response"), output: rs.head}
}
