package wire

import (
	"bytes"
	"math"
	"strconv"
)

// A follower reads the framing of the requests on a connection, and finds those whose
// length is unclear: with both Content-Length and Transfer-Encoding, with the latter in
// HTTP/1.0, or with a continued line. They may be an attempt to smuggle a request past a
// proxy that read another length, so the connection must be closed after the response
// (RFC 9112 §6.1). net/http removes the Content-Length of a request with both before its
// handler sees it.
//
// It reads each byte once, and copies only a line that comes in several parts.
type follower struct {
	state part
	line  []byte // the beginning of a line whose end has not come
	skip  int64  // bytes of a body or a chunk that are still to come

	fields   int  // in the head so far
	old      bool // HTTP/1.0
	encoded  bool // there is a Transfer-Encoding
	measured bool // there is a Content-Length
	length   int64
}

// A part is where in a request a follower is.
type part int

const (
	requestLine part = iota
	fields
	chunkSize
	chunkEnd
	trailers
	lost // the bytes are no HTTP/1.1, or where they end is unclear
)

// add takes the next bytes. It reports whether a request in them has an unclear length.
func (f *follower) add(b []byte) (unclear bool) {
	for len(b) > 0 && f.state != lost {
		if f.skip > 0 {
			n := min(f.skip, int64(len(b)))
			f.skip -= n
			b = b[n:]
			continue
		}
		line, rest, ok := f.cut(b)
		if !ok {
			return unclear
		}
		if b = rest; f.read(line) {
			unclear = true
		}
	}
	return unclear
}

// begun reports whether a part of a request was added, and not its end. Empty lines before a
// request are no part of it.
func (f *follower) begun() bool {
	return f.state != requestLine || len(f.line) > 0 || f.skip > 0
}

// cut returns the next line without its end, and the bytes after it.
func (f *follower) cut(b []byte) (line, rest []byte, ok bool) {
	i := bytes.IndexByte(b, '\n')
	if i < 0 {
		f.line = append(f.line, b...)
		return nil, nil, false
	}
	line = b[:i]
	if len(f.line) > 0 {
		line = append(f.line, line...)
		f.line = nil
	}
	return bytes.TrimSuffix(line, []byte("\r")), b[i+1:], true
}

// read reads a line.
func (f *follower) read(line []byte) (unclear bool) {
	switch f.state {
	case requestLine:
		return f.begin(line)
	case fields:
		if len(line) > 0 {
			return f.field(line)
		}
		return f.end()
	case chunkSize:
		f.chunk(line)
	case chunkEnd:
		f.state = chunkSize
	case trailers:
		if len(line) == 0 {
			f.state = requestLine
		}
	}
	return false
}

// begin reads a request line. Empty lines may precede it (RFC 9112 §2.2).
func (f *follower) begin(line []byte) (unclear bool) {
	if len(line) == 0 {
		return false
	}
	*f = follower{state: fields, old: bytes.HasSuffix(line, []byte(" HTTP/1.0"))}
	if !f.old && !bytes.HasSuffix(line, []byte(" HTTP/1.1")) {
		f.state = lost
	}
	return f.state == lost
}

// field reads a field of a head. A line that begins with a blank continues the one before
// (RFC 9112 §5.2), and net/http reads a length that is written on two lines. A server may
// refuse all such requests; here the connection ends after one.
func (f *follower) field(line []byte) (unclear bool) {
	name, value, _ := bytes.Cut(line, []byte(":"))
	f.fields++
	switch {
	case f.crowded():
		f.state = lost
	case line[0] == ' ' || line[0] == '\t':
		f.state = lost
	case bytes.EqualFold(name, []byte("Transfer-Encoding")):
		f.encoded = true
	case bytes.EqualFold(name, []byte("Content-Length")):
		n, err := strconv.ParseInt(string(bytes.TrimSpace(value)), 10, 64)
		if err != nil || n < 0 {
			n = 0 // net/http refuses the request
		}
		f.measured, f.length = true, n
	}
	return f.state == lost
}

// mostFields is the number of fields that a head may have. Empty ones of five bytes each take
// ten times their size in memory, so that the size of a head alone does not bound it. Browsers
// send about twenty.
const mostFields = 1000

// crowded reports whether the head has too many fields.
func (f *follower) crowded() bool { return f.fields > mostFields }

// end reads the end of a head.
func (f *follower) end() (unclear bool) {
	if f.encoded && !f.old {
		f.state = chunkSize
	} else {
		f.state, f.skip = requestLine, f.length
	}
	return f.encoded && (f.measured || f.old)
}

// chunk reads the line before a chunk (RFC 9112 §7.1).
func (f *follower) chunk(line []byte) {
	digits, _, _ := bytes.Cut(line, []byte(";"))
	n, err := strconv.ParseUint(string(bytes.TrimSpace(digits)), 16, 64)
	switch {
	case err != nil || n > math.MaxInt64:
		f.state = lost // net/http breaks off the request
	case n == 0:
		f.state = trailers
	default:
		f.state, f.skip = chunkEnd, int64(n)
	}
}
